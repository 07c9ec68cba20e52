//! The running portal: what all requests share, the loop that takes connections, and the graceful stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Request};
use chrono::{DateTime, Utc};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use super::error::Error;
use super::passkey::Passkeys;
use super::password::Hasher;
use super::router;
use super::seal::SealKey;
use super::settings::{Place, Settings};
use super::store::PortalStore;

/// What all requests share. Nothing in it changes: what matters is in the store.
#[derive(Debug, Clone)]
pub(super) struct Portal(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Arc<dyn PortalStore>,
    settings: Settings,
    place: Place,
    hasher: Hasher,
    seal: SealKey,
    passkeys: Option<Passkeys>,
}

impl Portal {
    pub(super) fn new(
        store: Arc<dyn PortalStore>,
        settings: Settings,
        listening: SocketAddr,
    ) -> Result<Self, Error> {
        let place = Place::new(settings.public_url.as_ref(), listening)?;
        let hasher = Hasher::new(&settings.hashing).map_err(|_| Error::Hashing)?;
        let seal = match &settings.seal {
            Some(key) => key.clone(),
            None => SealKey::random().map_err(|_| Error::Hashing)?.0,
        };
        let passkeys = Passkeys::of(&place);
        Ok(Self(Arc::new(Shared {
            store,
            settings,
            place,
            hasher,
            seal,
            passkeys,
        })))
    }

    pub(super) fn store(&self) -> &dyn PortalStore {
        self.0.store.as_ref()
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn place(&self) -> &Place {
        &self.0.place
    }

    pub(super) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    pub(super) fn seal(&self) -> &SealKey {
        &self.0.seal
    }

    /// Passkeys, where this request was made under the name that they belong to.
    pub(super) fn passkeys(&self, headers: &HeaderMap) -> Option<&Passkeys> {
        let host = headers.get(HOST)?.to_str().ok()?;
        self.0.passkeys.as_ref().filter(|keys| keys.serve(host))
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.0.settings.clock)()
    }
}

/// Serves the portal until `shutdown` is over; open requests may end, within [`super::settings::Times::stop`].
pub async fn serve(
    listener: TcpListener,
    store: Arc<dyn PortalStore>,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let portal = Portal::new(store, settings, listener.local_addr()?)?;
    let permits = Arc::new(Semaphore::new(portal.settings().limits.connections.max(1)));
    let router = router::router(&portal);
    let graceful = GracefulShutdown::new();
    tracing::info!(https = portal.place().https, "the portal is open");
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            taken = take(&listener, &permits) => match taken {
                Ok((stream, peer, permit)) => {
                    let watcher = graceful.watcher();
                    let connection = connection(&portal, stream, peer, router.clone());
                    tokio::spawn(async move {
                        let _permit = permit;
                        if watcher.watch(connection).await.is_err() {
                            tracing::debug!("a connection broke off");
                        }
                    });
                }
                Err(error) => pause_after(&error).await,
            },
        }
    }
    drop(listener);
    let stopped = tokio::time::timeout(portal.settings().times.stop, graceful.shutdown()).await;
    tracing::info!(in_time = stopped.is_ok(), "the portal is closed");
    Ok(())
}

/// The next connection, once there is room for one more.
async fn take(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits)
        .acquire_owned()
        .await
        .map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Only quicker; a peer that is gone already shows soon enough.
    stream.set_nodelay(true).ok();
    Ok((stream, peer, permit))
}

/// A peer that went away again is nothing; but with all file handles in use, trying at once would only burn the processor.
async fn pause_after(error: &std::io::Error) {
    use std::io::ErrorKind;
    let gone = matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    );
    if !gone {
        tracing::warn!(kind = ?error.kind(), "no connection could be taken");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Speaks HTTP/1.1 with one peer. A head that comes too slowly ends it.
fn connection(
    portal: &Portal,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + use<> {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.oneshot(request)
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(portal.settings().times.head)
        .max_headers(64)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service)
}
