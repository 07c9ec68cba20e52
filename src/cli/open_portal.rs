//! A portal within a command, on loopback alone: for the demo, and for looking at what a client will see.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::portal::{Clock, Settings, SqliteStore};

use super::error::{Failure, Result};
use super::portal::{block_on, seal_key};

/// A portal on loopback, in a thread of its own.
pub(super) struct OpenPortal {
    pub(super) address: std::net::SocketAddr,
    pub(super) database: String,
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<Result<()>>,
}

impl OpenPortal {
    /// Opens one over a database in a folder; port 0 takes a free one.
    pub(super) fn start(folder: &Path, port: u16, clock: Clock) -> Result<Self> {
        let settings = Settings {
            clock,
            seal: Some(seal_key(&folder.join("portal.db.key"))?),
            ..Settings::default()
        };
        let path = folder.join("portal.db");
        let store = SqliteStore::open(&path)
            .map_err(|error| Failure::failed("portal.store", error.to_string(), None))?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).map_err(|error| {
            Failure::failed(
                "portal.listen",
                format!("port {port} cannot be listened on: {error}"),
                Some("--port 0 takes a free one".to_owned()),
            )
        })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                let shutdown = async {
                    let _ = stopped.await;
                };
                crate::portal::serve(listener, Arc::new(store), settings, shutdown)
                    .await
                    .map_err(|error| Failure::failed("portal.serve", error.to_string(), None))
            })?
        });
        Ok(Self {
            address,
            database: format!("sqlite:{}", path.display()),
            stop,
            thread,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Follows the link as a browser does: cookies are kept, redirects followed.
    pub(super) fn console(&self, link: &str) -> Result<String> {
        let address = format!("{}{link}", self.url());
        let address = url::Url::parse(&address).map_err(std::io::Error::other)?;
        Ok(crate::sync::browse(&address).map_err(crate::app::Error::from)?)
    }

    /// Closes it, once open requests are answered.
    pub(super) fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        self.thread.join().unwrap_or_else(|_| {
            Err(Failure::failed(
                "portal.serve",
                "the portal broke down".to_owned(),
                None,
            ))
        })
    }
}
