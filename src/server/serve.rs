//! Accepts connections and speaks HTTP on each. axum's own loop would wait for ever for a request that
//! never comes to its end.

use axum::{Router, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{io::ErrorKind, net::SocketAddr, pin::pin, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// How long the head of a request may take, the silence before it included.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// The most bytes of a request's head, and of an answer that waits for its reader.
const BUFFER: usize = 64 * 1024;
/// How long to wait when the system has nothing left to accept with.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `shutdown`, then waits for the requests that are being answered. Upgraded connections
/// are not waited for: they are no requests any more.
pub async fn serve(listener: TcpListener, routes: Router, shutdown: CancellationToken) {
    let open = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, from)) => drop(open.spawn(speak(stream, from, routes.clone(), shutdown.clone()))),
            Err(error) if is_of_the_other_end(error.kind()) => (),
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    open.close();
    open.wait().await;
}

/// In the extensions of every request: cancelling it drops the connection that the request came by, as it
/// is. For a reader that is stuck, whom no end of the answer would reach.
#[derive(Clone)]
pub struct Cut(pub CancellationToken);

async fn speak(stream: TcpStream, from: SocketAddr, routes: Router, shutdown: CancellationToken) {
    let cut = CancellationToken::new();
    let given = Cut(cut.clone());
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        request.extensions_mut().insert(given.clone());
        routes.clone().oneshot(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(BUFFER);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = cut.cancelled() => return,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = cut.cancelled() => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %from, "a connection broke");
    }
}

fn is_of_the_other_end(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}
