//! The door: who may listen where, how many may come in at once, and how long each may take to say what it wants.
//!
//! Each connection is a task of its own: a slow handshake or a slow head holds up nobody else, and is cut when its time
//! is over. A connection speaks HTTP/1.1, or HTTP/2 where TLS agreed on it; nothing is guessed from first bytes.

use crate::tls::Tls;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// Requests that one HTTP/2 connection may have open at once.
const STREAMS: u32 = 128;
/// How often a quiet HTTP/2 connection is asked whether anybody is there, and how long it may take to say so.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How long to wait before accepting again when the system has no more sockets to give.
const BREATH: Duration = Duration::from_millis(100);

/// How much one client, or all of them, may take of the desk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that are open at once; more wait outside.
    pub connections: usize,
    /// The longest that TLS may take to agree.
    pub handshake: Duration,
    /// The longest until the head of a request is there, counted from when it could begin.
    pub head: Duration,
    /// The longest until an answer begins; a body that comes too slowly is cut then.
    pub request: Duration,
    /// The largest body of a request in bytes.
    pub body: usize,
    /// Exports that are made at once.
    pub exports: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 4_096,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            request: Duration::from_secs(30),
            body: 1 << 20,
            exports: 2,
        }
    }
}

/// From where the desk may be reached without TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plain {
    /// From this machine alone.
    #[default]
    Loopback,
    /// From everywhere: somebody said that the network is safe, or that TLS ends in front of the desk.
    Anywhere,
}

/// Why the desk does not listen where it is told to.
#[derive(Debug, Error)]
pub enum ListenError {
    /// The address means nothing here.
    #[error("listen on `{address}`")]
    Address {
        /// What was said.
        address: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Others could read along.
    #[error("listen on {0} without TLS: tokens and promises could be read on the way")]
    Unguarded(SocketAddr),
}

impl ListenError {
    /// Returns what can be done about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            ListenError::Address { .. } => "write an address with a port, as 127.0.0.1:7380",
            ListenError::Unguarded(_) => {
                "give --tls-cert and --tls-key, or say --insecure where the network is safe or TLS ends in front"
            }
        }
    }
}

/// Says whether the desk may listen on an address.
///
/// # Errors
///
/// When the address means nothing, or others could read along.
pub fn check_address(address: &str, tls: Option<&Tls>, plain: Plain) -> Result<(), ListenError> {
    let failed = |cause| ListenError::Address { address: address.to_owned(), cause };
    let mut found = address.to_socket_addrs().map_err(failed)?;
    if tls.is_some() || plain == Plain::Anywhere {
        return Ok(());
    }
    let outside = found.find(|found| !found.ip().to_canonical().is_loopback());
    outside.map_or(Ok(()), |found| Err(ListenError::Unguarded(found)))
}

/// What the connections of one socket have in common.
#[derive(Clone)]
struct Door {
    limits: Limits,
    tls: Option<Arc<Tls>>,
    service: TowerToHyperService<Router>,
}

/// Answers on a socket until `stop` comes; then lets what was begun be finished, for as long as a request may take.
pub(crate) async fn serve(
    socket: TcpListener,
    router: Router,
    (limits, tls): (Limits, Option<Arc<Tls>>),
    stop: impl Future<Output = ()>,
) {
    let door = Door { limits, tls, service: TowerToHyperService::new(router) };
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    tokio::pin!(stop);
    loop {
        let (stream, place) = tokio::select! {
            came = next(&socket, &places) => came,
            () = &mut stop => break,
        };
        let (door, watcher) = (door.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _place = place;
            door.answer(stream, watcher).await;
        });
    }
    drop(socket);
    if timeout(limits.request, graceful.shutdown()).await.is_err() {
        tracing::warn!("closed with requests that were not answered in time");
    }
}

/// Waits for a place and for somebody to take it.
async fn next(
    socket: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // Nobody closes the places.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match socket.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) => {
                tracing::warn!(%error, "accept");
                sleep(BREATH).await;
            }
        }
    }
}

impl Door {
    /// Answers one connection until its end.
    async fn answer(self, stream: TcpStream, watcher: Watcher) {
        // Small answers are not held back; a socket that cannot do that can still be answered.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.answer_http1(stream, watcher).await };
        match timeout(self.limits.handshake, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                self.answer_http2(stream, watcher).await;
            }
            Ok(Ok(stream)) => self.answer_http1(stream, watcher).await,
            Ok(Err(error)) => tracing::info!(%error, "no handshake"),
            Err(_) => tracing::info!("handshake cut: too slow"),
        }
    }

    async fn answer_http1(&self, stream: impl Stream, watcher: Watcher) {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.limits.head);
        let connection = builder.serve_connection(TokioIo::new(stream), self.routed());
        ended(watcher.watch(connection).await);
    }

    async fn answer_http2(&self, stream: impl Stream, watcher: Watcher) {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).max_concurrent_streams(STREAMS);
        builder.keep_alive_interval(KEEP_ALIVE).keep_alive_timeout(KEEP_ALIVE);
        let connection = builder.serve_connection(TokioIo::new(stream), self.routed());
        ended(watcher.watch(connection).await);
    }

    fn routed(
        &self,
    ) -> impl Service<
        Request<Incoming>,
        Response = axum::response::Response,
        Error = std::convert::Infallible,
        Future: Send,
    > + use<> {
        let service = self.service.clone();
        hyper::service::service_fn(move |request: Request<Incoming>| {
            service.call(request.map(Body::new))
        })
    }
}

/// What a connection is made of, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for T {}

/// Notes how a connection ended.
fn ended(how: hyper::Result<()>) {
    match how {
        Ok(()) => {}
        Err(error) if error.is_timeout() => tracing::info!("connection cut: too slow"),
        Err(error) => tracing::debug!(%error, "connection"),
    }
}
