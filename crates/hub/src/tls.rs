//! TLS by rustls, without another program in front.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::admitted::{Admitted, Door};
use crate::error::HubError;

/// A few certificates; the file that carries them goes by stick and by mail.
const ROOT_BYTES: usize = 32 * 1024;
const HANDSHAKE: Duration = Duration::from_secs(15);
const HANDSHAKES_WAITING: usize = 64;
/// At once, with those that are done and not taken yet: each holds a file open beside the connections.
const HANDSHAKES: usize = 96;

/// # Errors
/// `usage.bad_certificate` when the files do not hold a chain and its key.
pub fn config(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, HubError> {
    let bad = || HubError::refused("usage.bad_certificate");
    let chain: Result<Vec<CertificateDer>, _> =
        CertificateDer::pem_file_iter(certificates).map_err(|_| bad())?.collect();
    let key = PrivateKeyDer::from_pem_file(key).map_err(|_| bad())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| bad())?
        .with_no_client_auth()
        .with_single_cert(chain.map_err(|_| bad())?, key)
        .map_err(|_| bad())?;
    Ok(Arc::new(config))
}

/// A file of certificates for the communes to trust, as the text of an enrolment file.
///
/// # Errors
/// `usage.bad_certificate` when the file holds none, or something else beside them: a private key
/// must not travel to every commune.
pub fn root(file: &Path) -> Result<String, HubError> {
    let bad = || HubError::refused("usage.bad_certificate");
    let text = std::fs::read_to_string(file).map_err(|_| bad())?;
    let certificates: Result<Vec<CertificateDer>, _> =
        CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let certificates = certificates.map_err(|_| bad())?;
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        store.add(certificate.clone()).map_err(|_| bad())?;
    }
    let n_sections = text.matches("-----BEGIN ").count();
    if certificates.is_empty() || certificates.len() != n_sections || text.len() > ROOT_BYTES {
        return Err(bad());
    }
    Ok(text)
}

/// Connections whose handshake is done. A slow one keeps nobody else waiting.
pub struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<Admitted>, SocketAddr)>,
}

impl TlsListener {
    /// # Errors
    /// When the listener has no address any more.
    pub fn new(door: Door, config: Arc<ServerConfig>) -> io::Result<TlsListener> {
        let address = door.local_addr()?;
        let (sender, ready) = mpsc::channel(HANDSHAKES_WAITING);
        tokio::spawn(accept_all(door, TlsAcceptor::from(config), sender));
        Ok(TlsListener { address, ready })
    }
}

async fn accept_all(
    mut door: Door,
    acceptor: TlsAcceptor,
    sender: mpsc::Sender<(TlsStream<Admitted>, SocketAddr)>,
) {
    let room = Arc::new(Semaphore::new(HANDSHAKES));
    while !sender.is_closed() {
        let Ok(place) = room.clone().acquire_owned().await else { return };
        let (stream, address) = door.accept().await;
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            // A handshake that fails is the other side's affair.
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                let _ = sender.send((stream, address)).await;
            }
            drop(place);
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<Admitted>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            // The task that accepts lives as long as this receiver.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
