//! Who vouches for a desk that is reached over TLS: the certificates of `--ca`, or those that the system trusts.

use super::account::Account;
use crate::failure::Failure;
use std::path::{Path, PathBuf};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Where systems keep the certificates that they trust; `SSL_CERT_FILE` comes before.
const KNOWN_PLACES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Returns how a desk is held to be who it says; nothing is read for one without TLS.
pub(crate) fn config(account: &Account) -> Result<TlsConfig, Failure> {
    if !account.server.starts_with("https://") {
        return Ok(TlsConfig::default());
    }
    // It fails when it was done before, and then it was done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = account.ca.clone().map_or_else(system, Ok)?;
    Ok(TlsConfig::builder().root_certs(RootCerts::from(certificates(&file)?)).build())
}

fn system() -> Result<PathBuf, Failure> {
    let told = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let known = || KNOWN_PLACES.into_iter().map(PathBuf::from).find(|path| path.exists());
    told.or_else(known).ok_or_else(|| {
        Failure::input("this system has no certificates that it trusts")
            .hint("name the desk's with --ca")
    })
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let shown = file.display();
    let bytes =
        std::fs::read(file).map_err(|error| Failure::input(format!("read `{shown}`: {error}")))?;
    let mut found = Vec::new();
    for item in parse_pem(&bytes) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(Failure::input(format!("read `{shown}`: {error}"))),
        }
    }
    if found.is_empty() {
        return Err(Failure::input(format!("`{shown}` holds no certificate"))
            .hint("certificates are written as PEM, from `-----BEGIN CERTIFICATE-----` on"));
    }
    Ok(found)
}
