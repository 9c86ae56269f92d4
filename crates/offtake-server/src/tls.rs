//! TLS: a certificate and its key from two PEM files, held against each other before anything else is done.
//!
//! They are read again when they are asked to be ([`Tls::reload`]): connections that are open go on with what they began
//! with, new ones get the new certificate. What cannot be used is not taken, so that a bad renewal closes nothing.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error as RustlsError, InconsistentKeys, ServerConfig};

/// Why there is no TLS with these files.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read, or is no PEM.
    #[error("read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: PemError,
    },
    /// A file has no certificate in it.
    #[error("`{0}` holds no certificate")]
    NoCertificate(PathBuf),
    /// A file has no private key in it.
    #[error("`{0}` holds no private key")]
    NoKey(PathBuf),
    /// The key is another certificate's.
    #[error("the key in `{key}` does not belong to the certificate in `{certificate}`")]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// They cannot be used for something else.
    #[error("use the certificate in `{path}`")]
    Unusable {
        /// The file of the certificate.
        path: PathBuf,
        /// Why.
        #[source]
        cause: RustlsError,
    },
}

impl TlsError {
    /// Returns what can be done about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            TlsError::Read { .. } => "name a PEM file that whoever runs the desk may read",
            TlsError::NoCertificate(_) => {
                "a certificate's file has `-----BEGIN CERTIFICATE-----` in it, the desk's own first"
            }
            TlsError::NoKey(_) => {
                "a key's file has `-----BEGIN PRIVATE KEY-----` in it, and no password on it"
            }
            TlsError::Mismatch { .. } => {
                "take the key that the certificate was asked for with, and put the desk's own certificate first"
            }
            TlsError::Unusable { .. } => {
                "use an X.509 certificate with an RSA, ECDSA or Ed25519 key"
            }
        }
    }
}

/// A certificate in force.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: RwLock<Arc<ServerConfig>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads a chain of certificates, the desk's own first, and its key.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or they do not go together.
    pub fn open(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        let config = RwLock::new(Arc::new(config(certificate, key)?));
        Ok(Tls { certificate: certificate.to_owned(), key: key.to_owned(), config })
    }

    /// Reads the files again; what was in force stays when they cannot be used.
    ///
    /// # Errors
    ///
    /// As [`Tls::open`].
    pub fn reload(&self) -> Result<(), TlsError> {
        let config = Arc::new(config(&self.certificate, &self.key)?);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Returns what the next connection is accepted with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&config))
    }
}

/// Returns the cryptography that is used, inwards and outwards.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn config(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let chain = chain(certificate)?;
    let own = PrivateKeyDer::from_pem_file(key).map_err(|cause| match cause {
        PemError::NoItemsFound => TlsError::NoKey(key.to_owned()),
        cause => TlsError::Read { path: key.to_owned(), cause },
    })?;
    let unusable = |cause: RustlsError| match cause {
        RustlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
        }
        cause => TlsError::Unusable { path: certificate.to_owned(), cause },
    };
    let builder = ServerConfig::builder_with_provider(provider());
    let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?;
    let builder = builder.with_no_client_auth();
    let mut config = builder.with_single_cert(chain, own).map_err(unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |cause| TlsError::Read { path: path.to_owned(), cause };
    let found = CertificateDer::pem_file_iter(path).map_err(failed)?;
    let chain = found.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    if chain.is_empty() { Err(TlsError::NoCertificate(path.to_owned())) } else { Ok(chain) }
}
