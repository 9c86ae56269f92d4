//! One try: a POST to where a hook is told, within a time, following nothing and reading no more than the head.

use super::{Message, Reach, Target};
use crate::engine::chain;
use crate::tls::provider;
use axum::body::Bytes;
use axum::http::{Request, header};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The largest head of an answer in bytes.
const LARGEST_HEAD: usize = 16_384;

/// Sends messages.
pub(crate) struct Sender {
    reach: Reach,
    longest: Duration,
    connector: OnceLock<Result<TlsConnector, String>>,
}

/// Why a try came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Another try may do better.
    ForNow(String),
    /// Whoever was called says that there will never be anybody (410).
    ForGood(String),
}

impl Sender {
    /// Makes a sender that trusts whom this machine trusts.
    pub(crate) fn new(reach: Reach, longest: Duration) -> Sender {
        Sender { reach, longest, connector: OnceLock::new() }
    }

    /// Sends a message signed with a secret at a time, in seconds of Unix time.
    pub(crate) async fn send(
        &self,
        url: &str,
        message: &Message,
        (secret, timestamp): (&str, i64),
    ) -> Result<(), Failed> {
        let failed = Failed::ForNow;
        let target = Target::read(url, self.reach).map_err(failed)?;
        let signature = message.signature(secret, timestamp).map_err(failed)?;
        let request = Request::post(&target.path)
            .header(header::HOST, &target.authority)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("offtake/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(Full::new(Bytes::from(message.body.clone())))
            .map_err(|error| failed(error.to_string()))?;
        let status = timeout(self.longest, self.exchange(&target, request)).await;
        match status.map_err(|_| failed("it took too long".to_owned()))?.map_err(failed)? {
            200..=299 => Ok(()),
            // What is elsewhere is not followed: it could be inside.
            status @ 300..=399 => {
                Err(failed(format!("it was answered {status}, and no redirect is followed")))
            }
            410 => Err(Failed::ForGood("it was answered 410: gone for good".to_owned())),
            status => Err(failed(format!("it was answered {status}"))),
        }
    }

    async fn exchange(
        &self,
        target: &Target,
        request: Request<Full<Bytes>>,
    ) -> Result<u16, String> {
        let stream = connect(&target.addresses(self.reach).await?).await?;
        if !target.is_secure {
            return status_of(stream, request).await;
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|error| error.to_string())?;
        let connector = self.connector.get_or_init(|| native_roots().and_then(connector)).as_ref();
        let connected = connector.map_err(Clone::clone)?.connect(name, stream).await;
        status_of(connected.map_err(|error| chain(&error))?, request).await
    }
}

/// Connects to the first address that answers.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    TcpStream::connect(addresses).await.map_err(|error| format!("nobody answers: {error}"))
}

async fn status_of<S>(stream: S, request: Request<Full<Bytes>>) -> Result<u16, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(LARGEST_HEAD);
    let shaken = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|error| chain(&error))?;
    // It ends with this function, whichever way that ends.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(|error| chain(&error))?;
    Ok(response.status().as_u16())
}

fn native_roots() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(
            "this machine trusts no authority; install its certificates (Debian: ca-certificates)"
                .to_owned(),
        );
    }
    Ok(roots)
}

fn connector(roots: RootCertStore) -> Result<TlsConnector, String> {
    let builder = ClientConfig::builder_with_provider(provider());
    let builder =
        builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::CertificateDer;

    fn issue(name: &str) -> CertifiedKey<rcgen::KeyPair> {
        generate_simple_self_signed(vec![name.to_owned()]).unwrap()
    }

    /// Takes messages over TLS on loopback, each with 204, and returns the port.
    async fn receiver(certified: &CertifiedKey<rcgen::KeyPair>) -> u16 {
        let key = certified.signing_key.serialize_der().try_into().unwrap();
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let chain = vec![certified.cert.der().clone()];
        let config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                // Whoever does not trust it says so and is gone.
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut some = [0; 4_096];
                let _ = stream.read(&mut some).await;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            }
        });
        port
    }

    fn trusting(certificate: &CertificateDer<'static>) -> Sender {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let sender = Sender::new(Reach::Private, Duration::from_secs(5));
        assert!(sender.connector.set(connector(roots)).is_ok());
        sender
    }

    #[tokio::test]
    async fn over_tls_only_whom_the_machine_trusts_is_told() {
        let own = issue("localhost");
        let port = receiver(&own).await;
        let message = Message { id: "msg_1".to_owned(), body: "{}".to_owned() };
        let secret = super::super::secret(&[7; 32]);
        let send = async |sender: &Sender, host: &str| {
            let url = format!("https://{host}:{port}/told");
            sender.send(&url, &message, (&secret, 1)).await
        };
        let trusted = trusting(own.cert.der());
        assert_eq!(send(&trusted, "localhost").await, Ok(()));
        let wrong_name = send(&trusted, "127.0.0.1").await.unwrap_err();
        assert!(format!("{wrong_name:?}").contains("not valid for name"), "{wrong_name:?}");
        let stranger = trusting(issue("localhost").cert.der());
        let unknown = send(&stranger, "localhost").await.unwrap_err();
        assert!(
            matches!(&unknown, Failed::ForNow(why) if why.contains("certificate")),
            "{unknown:?}"
        );
    }
}
