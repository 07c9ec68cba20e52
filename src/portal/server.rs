//! The running portal: what all requests share, the loop that takes connections (plain or TLS), the listener for metrics, the
//! task that sends mail, and the graceful stop of all of them.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Request};
use chrono::{DateTime, Utc};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::error::Error;
use super::flood::{Flood, Held};
use super::meter::{self, Meter};
use super::passkey::Passkeys;
use super::password::Hasher;
use super::patience::Patient;
use super::seal::SealKey;
use super::settings::{Place, Settings};
use super::store::PortalStore;
use super::tls::Tls;
use super::{mail, router};

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
    meter: Meter,
    flood: Flood,
    errands: Mutex<JoinSet<()>>,
    running: Arc<Semaphore>,
    letters: Arc<Semaphore>,
}

/// Errands that run at the same time; each may hold a connection to the database.
const ERRANDS: usize = 4;

/// Notices that are given to the mail server at the same time: a slow one holds up accounts, not pages.
const LETTERS: usize = 4;

/// Where a portal is open.
#[derive(Debug)]
pub struct Doors {
    /// Where visitors and accounts come in.
    pub portal: TcpListener,
    /// With TLS of its own; none: a proxy ends TLS, or all is on this machine.
    pub tls: Option<Tls>,
    /// Where Prometheus asks.
    pub metrics: Option<TcpListener>,
}

impl Portal {
    pub(super) fn new(
        store: Arc<dyn PortalStore>,
        settings: Settings,
        listening: SocketAddr,
        tls: bool,
    ) -> Result<Self, Error> {
        let place = Place::new(settings.public_url.as_ref(), listening, tls)?;
        let flood = Flood::new(settings.limits.requests_a_minute);
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
            meter: Meter::default(),
            flood,
            errands: Mutex::default(),
            running: Arc::new(Semaphore::new(ERRANDS)),
            letters: Arc::new(Semaphore::new(LETTERS)),
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

    pub(super) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    pub(super) fn flood(&self) -> &Flood {
        &self.0.flood
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.0.settings.clock)()
    }

    /// Does something after the answer is out, so that how long it takes tells nobody anything. A graceful stop waits for it.
    pub(super) async fn afterwards(&self, errand: impl Future<Output = ()> + Send + 'static) {
        let running = Arc::clone(&self.0.running);
        self.to_its_end(async move {
            if let Ok(_permit) = running.acquire().await {
                errand.await;
            }
        })
        .await;
    }

    /// Does something to its end, though whoever asked for it goes away. A graceful stop waits for it.
    pub(super) async fn to_its_end(&self, errand: impl Future<Output = ()> + Send + 'static) {
        let mut errands = self.0.errands.lock().await;
        while errands.try_join_next().is_some() {}
        errands.spawn(errand);
    }

    /// Leave to give a notice to the mail server; none: too many are given to it for too long.
    pub(super) async fn leave_to_send(&self, patience: Duration) -> Option<OwnedSemaphorePermit> {
        let letters = Arc::clone(&self.0.letters).acquire_owned();
        tokio::time::timeout(patience, letters).await.ok()?.ok()
    }

    /// Waits for what is done afterwards.
    pub(super) async fn settled(&self) {
        let errands = std::mem::take(&mut *self.0.errands.lock().await);
        errands.join_all().await;
    }
}

/// Serves the portal until `shutdown` is over; open requests may end, within [`super::settings::Times::stop`].
pub async fn serve(
    listener: TcpListener,
    store: Arc<dyn PortalStore>,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let doors = Doors {
        portal: listener,
        tls: None,
        metrics: None,
    };
    serve_at(doors, store, settings, shutdown).await
}

/// The same, at these doors.
pub async fn serve_at(
    doors: Doors,
    store: Arc<dyn PortalStore>,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let listening = doors.portal.local_addr()?;
    let portal = Portal::new(store, settings, listening, doors.tls.is_some())?;
    let (stop, stopped) = watch::channel(false);
    let post = tokio::spawn(mail::run(portal.clone(), stopped.clone()));
    let metrics = tokio::spawn(measured(portal.clone(), doors.metrics, stopped));
    tracing::info!(https = portal.place().https, "the portal is open");
    let graceful = take_all(&portal, doors.portal, doors.tls.as_ref(), shutdown).await;
    // Told to tasks that may be gone: then there is nothing to stop.
    stop.send(true).ok();
    let closing = async {
        graceful.shutdown().await;
        portal.settled().await;
        (post.await.ok(), metrics.await.ok())
    };
    let in_time = tokio::time::timeout(portal.settings().times.stop, closing).await;
    tracing::info!(in_time = in_time.is_ok(), "the portal is closed");
    Ok(())
}

/// Takes connections until `shutdown` is over.
async fn take_all(
    portal: &Portal,
    listener: TcpListener,
    tls: Option<&Tls>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> GracefulShutdown {
    let permits = Arc::new(Semaphore::new(portal.settings().limits.connections.max(1)));
    let held = Held::default();
    let router = router::router(portal);
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            taken = take(&listener, &permits) => match taken {
                Ok((stream, peer, permit)) => {
                    let Some(hold) = held.take(peer.ip(), most_of(portal, peer)) else {
                        tracing::debug!("an address holds too many connections");
                        continue;
                    };
                    let watcher = graceful.watcher();
                    let (portal, router) = (portal.clone(), router.clone());
                    let acceptor = tls.map(Tls::acceptor);
                    tokio::spawn(async move {
                        let _counted = (permit, hold, Open::new(&portal));
                        let connected = match acceptor {
                            None => watcher.watch(connection(&portal, stream, peer, router)).await,
                            Some(acceptor) => {
                                // Who does not finish the handshake is no visitor.
                                let greeted = tokio::time::timeout(
                                    portal.settings().times.head,
                                    acceptor.accept(stream),
                                );
                                let Ok(Ok(stream)) = greeted.await else {
                                    tracing::debug!("a handshake broke off");
                                    return;
                                };
                                watcher.watch(connection(&portal, stream, peer, router)).await
                            }
                        };
                        if connected.is_err() {
                            tracing::debug!("a connection broke off");
                        }
                    });
                }
                Err(error) => pause_after(&error).await,
            },
        }
    }
    graceful
}

/// A proxy that is trusted holds the connections of all its visitors.
fn most_of(portal: &Portal, peer: SocketAddr) -> usize {
    let settings = portal.settings();
    let address = peer.ip().to_canonical();
    let is_proxy = settings
        .trusted_proxies
        .iter()
        .any(|network| network.contains(&address));
    if is_proxy {
        usize::MAX
    } else {
        settings.limits.connections_of_one
    }
}

/// A connection while it is open, for the meter.
struct Open(Portal);

impl Open {
    fn new(portal: &Portal) -> Self {
        portal.meter().connection(true);
        Self(portal.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.meter().connection(false);
    }
}

/// Answers whoever measures, until told to stop.
async fn measured(
    portal: Portal,
    listener: Option<TcpListener>,
    mut stopped: watch::Receiver<bool>,
) {
    let Some(listener) = listener else {
        return;
    };
    let stop = async move {
        stopped.wait_for(|stopped| *stopped).await.ok();
    };
    let served = axum::serve(listener, meter::router(&portal)).with_graceful_shutdown(stop);
    if served.await.is_err() {
        tracing::warn!("the listener for metrics ended");
    }
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

/// Speaks HTTP/1.1 with one peer. A head that comes too slowly ends it, and so does an answer that is not taken.
fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    portal: &Portal,
    stream: S,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + use<S> {
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
        .serve_connection(
            TokioIo::new(Patient::new(stream, portal.settings().times.body)),
            service,
        )
}
