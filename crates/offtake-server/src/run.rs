//! Runs the desk until it is told to stop: the one place that has a runtime, a socket and signals.

use crate::engine::chain;
use crate::{Options, ServeError, Tls, check_address, open};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Opens the desk, listens, and answers until Ctrl-C or SIGTERM; then commits what is waiting and returns.
///
/// `say` is called once it listens, with its address and, where it made the first token, that token's secret.
///
/// # Errors
///
/// When the store, the book or the socket cannot be used.
pub fn run(
    options: Options,
    listen: &str,
    say: impl FnOnce(SocketAddr, Option<&str>),
) -> Result<(), ServeError> {
    let logs = tracing_subscriber::fmt().with_writer(std::io::stderr).json();
    // Whoever embeds the desk may log already.
    let _ = logs.try_init();
    let tls = options.front.tls.clone();
    check_address(listen, tls.as_deref(), options.front.plain)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        // The socket first: a desk that cannot listen makes no token that nobody is shown.
        let socket = TcpListener::bind(listen).await?;
        let opened = open(options).await?;
        say(socket.local_addr()?, opened.first_secret.as_deref());
        if let Some(tls) = tls {
            tokio::spawn(reload(tls));
        }
        opened.serve(socket, stopped()).await
    })
}

/// Reads the certificate again whenever SIGHUP comes.
async fn reload(tls: Arc<Tls>) {
    let Ok(mut told) = signal(SignalKind::hangup()) else { return };
    while told.recv().await.is_some() {
        match tls.reload() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => {
                tracing::error!(error = %chain(&error), "the certificate stays as it was")
            }
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        },
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}
