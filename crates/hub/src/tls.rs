//! TLS by rustls, without another program in front.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, RootCertStore, ServerConfig};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::admitted::{Admitted, Door};
use crate::error::HubError;

/// A few certificates; the file that carries them goes by stick and by mail.
const ROOT_BYTES: usize = 32 * 1024;
/// Makes one that works, for an office without an authority.
const SELF_MADE: &str = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
     -keyout hub-key.pem -out hub.pem -subj /CN=sohoi.example -addext basicConstraints=critical,CA:FALSE \
     -addext subjectAltName=DNS:sohoi.example";
const HANDSHAKE: Duration = Duration::from_secs(15);
const HANDSHAKES_WAITING: usize = 64;
/// At once, with those that are done and not taken yet: each holds a file open beside the connections.
const HANDSHAKES: usize = 96;

/// # Errors
/// `usage.bad_certificate` when the files do not hold a chain and its key; `usage.ca_certificate` and
/// `usage.nameless_certificate` when no commune would take it for a server's, whatever it trusts.
pub fn config(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, HubError> {
    let bad = || HubError::refused("usage.bad_certificate");
    let chain: Result<Vec<CertificateDer>, _> =
        CertificateDer::pem_file_iter(certificates).map_err(|_| bad())?.collect();
    let key = PrivateKeyDer::from_pem_file(key).map_err(|_| bad())?;
    let chain = chain.map_err(|_| bad())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    if let Some(code) = useless(&chain, provider.clone()) {
        return Err(HubError::refused(code).with("command", SELF_MADE));
    }
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| bad())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| bad())?;
    Ok(Arc::new(config))
}

// Why no program would take the first of these for a server's, though it trusted the last: communes would only be told
// that they do not trust it. A name or a day that does not fit is not known here.
fn useless(chain: &[CertificateDer<'static>], provider: Arc<CryptoProvider>) -> Option<&'static str> {
    let (own, last) = (chain.first()?, chain.last()?);
    let mut roots = RootCertStore::empty();
    roots.add(last.clone()).ok()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().ok()?;
    let name = ServerName::try_from("hub.invalid").ok()?;
    match verifier.verify_server_cert(own, &chain[1..], &name, &[], UnixTime::now()).err()? {
        // It has no name of its own among rustls' errors.
        rustls::Error::InvalidCertificate(CertificateError::Other(error))
            if format!("{error:?}").contains("CaUsedAsEndEntity") =>
        {
            Some("usage.ca_certificate")
        }
        rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. })
            if presented.is_empty() =>
        {
            Some("usage.nameless_certificate")
        }
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

    use super::*;

    fn params(names: &[&str], is_ca: IsCa) -> CertificateParams {
        let names: Vec<String> = names.iter().map(|name| (*name).to_string()).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params.is_ca = is_ca;
        params
    }

    fn code_of(chain: &[&rcgen::Certificate], key: &KeyPair) -> Option<&'static str> {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificates, file) = (folder.path().join("hub.pem"), folder.path().join("hub-key.pem"));
        let text: String = chain.iter().map(|certificate| certificate.pem()).collect();
        std::fs::write(&certificates, text).expect("written");
        std::fs::write(&file, key.serialize_pem()).expect("written");
        config(&certificates, &file).err().map(|error| error.code())
    }

    fn self_made(names: &[&str], is_ca: IsCa) -> Option<&'static str> {
        let key = KeyPair::generate().expect("a key");
        let made = params(names, is_ca).self_signed(&key).expect("a certificate");
        code_of(&[&made], &key)
    }

    const CA: IsCa = IsCa::Ca(BasicConstraints::Unconstrained);

    #[test]
    fn a_certificate_that_no_commune_would_take_is_refused() {
        assert_eq!(self_made(&["sohoi.example"], CA), Some("usage.ca_certificate"));
        assert_eq!(self_made(&[], IsCa::ExplicitNoCa), Some("usage.nameless_certificate"));
        for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa] {
            assert_eq!(self_made(&["sohoi.example"], is_ca), None, "{is_ca:?}");
            assert_eq!(self_made(&["192.0.2.7"], is_ca), None);
        }
    }

    #[test]
    fn a_certificate_of_an_authority_is_taken_with_and_without_the_authoritys() {
        let authority_key = KeyPair::generate().expect("a key");
        let authority = params(&[], CA);
        let root = authority.self_signed(&authority_key).expect("a certificate");
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().expect("a key");
        let own = params(&["sohoi.example"], IsCa::NoCa).signed_by(&key, &issuer).expect("a certificate");
        assert_eq!(code_of(&[&own, &root], &key), None);
        assert_eq!(code_of(&[&own], &key), None);
    }
}
