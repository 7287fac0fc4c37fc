//! `serve`: the hub on a port.

use std::fs::{File, OpenOptions, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sohoi_hub_db::DbError;

use super::args::ServeArgs;
use super::output::Output;
use crate::admitted::{self, Door, Share};
use crate::bulletin;
use crate::error::HubError;
use crate::http::{App, router};
use crate::hub::{BLOCKING_THREADS, Hub, blocking};
use crate::projector::Projector;
use crate::serving::{UNTAKEN, until_stopped};
use crate::tls::{self, TlsListener};

/// Remembers where the hub listens, for enrolment files made beside it.
const ADDRESS: &str = "address";
/// Held by the hub that serves this folder.
const LOCK: &str = "serve.lock";

pub fn serve(hub: Hub, data: &Path, args: &ServeArgs, output: &Output) -> Result<(), HubError> {
    let _alone = alone(data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(HubError::File)?;
    // Should the last command have been cut between setting and telling.
    bulletin::publish_targets(&hub, "serve")?;
    let bell = hub.bell.clone();
    let app = App::new(Arc::new(hub));
    let served = app.clone();
    let _projector = Projector::start(move || served.hub().db.clone(), bell).map_err(HubError::File)?;
    runtime.block_on(run(app, data, args, output))
}

// Two on one folder would each write the address of enrolment files, and both project. Other commands run beside it.
fn alone(data: &Path) -> Result<File, HubError> {
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(data.join(LOCK));
    let lock = lock.map_err(HubError::File)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(HubError::refused("hub.running")),
        Err(TryLockError::Error(error)) => Err(HubError::File(error)),
    }
}

/// Where the hub last listened.
pub fn address(data: &Path) -> Option<String> {
    let text = std::fs::read_to_string(data.join(ADDRESS)).ok()?;
    Some(text.trim().to_string()).filter(|url| !url.is_empty())
}

async fn run(mut app: App, data: &Path, args: &ServeArgs, output: &Output) -> Result<(), HubError> {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => Some(tls::config(certificates, key)?),
        _ => None,
    };
    app.is_tls = tls.is_some();
    let unheard = || HubError::refused("net.listen").with("address", &args.listen);
    let listener = admitted::bind(&args.listen).await.map_err(|_| unheard())?;
    let address = listener.local_addr().map_err(|_| unheard())?;
    announce(address, app.is_tls, &data.join(ADDRESS), output)?;
    tokio::spawn(follow_releases(app.clone(), data.to_path_buf()));
    let door = Door::new(listener, Share { connections: args.per_address.get(), untaken: UNTAKEN });
    match tls {
        None => until_stopped(door, router(app)).await,
        Some(config) => {
            let listener = TlsListener::new(door, config).map_err(|_| unheard())?;
            until_stopped(listener, router(app)).await;
        }
    }
    Ok(())
}

/// How often is looked whether somebody published a catalogue.
const LOOK: Duration = Duration::from_secs(2);

// Another process publishes. Batches that come until this one has followed are not taken: the database tells
// that it works with another catalogue by now.
async fn follow_releases(app: App, data: PathBuf) {
    let mut tick = tokio::time::interval(LOOK);
    // Not again by itself when this program cannot follow it: somebody has to see to that. What only failed,
    // as on a full disk, is tried again.
    let mut failed = 0;
    loop {
        tick.tick().await;
        let (hub, data) = (app.hub(), data.clone());
        let followed = blocking(move || {
            let newest = hub.db.newest_release()?;
            if newest <= hub.release.max(failed) {
                return Ok((newest, Ok(None)));
            }
            let opened = super::open(&data);
            Ok((
                newest,
                opened.map(|opened| {
                    let (metrics, beginnings) = (hub.metrics.clone(), hub.beginnings.clone());
                    Some(Hub { metrics, beginnings, bell: hub.bell.clone(), ..opened })
                }),
            ))
        });
        match followed.await {
            Ok((_, Ok(None)) | (_, Err(HubError::Db(DbError::Busy)))) => {}
            Ok((_, Ok(Some(hub)))) => {
                tracing::info!(version = hub.catalogue.version, "goes on with a newer catalogue");
                let bell = hub.bell.clone();
                app.replace(Arc::new(hub));
                bell.ring();
            }
            Ok((newest, Err(error))) => {
                if matches!(error, HubError::Refused { .. }) {
                    failed = newest;
                }
                tracing::error!(code = error.code(), "a newer catalogue is not followed");
            }
            Err(error) => tracing::error!(code = error.code(), "the newest catalogue cannot be asked for"),
        }
    }
}

fn announce(address: SocketAddr, is_tls: bool, file: &PathBuf, output: &Output) -> Result<(), HubError> {
    let url = format!("{}://{address}", if is_tls { "https" } else { "http" });
    std::fs::write(file, &url).map_err(HubError::File)?;
    output.say(&json!({"listening": url}), |words| words.said("listening", &[("url", &url)]));
    Ok(())
}
