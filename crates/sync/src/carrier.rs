//! HTTP: one streaming request, answered while its body still runs.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use futures_util::StreamExt;
use reqwest::{Body, Certificate, Client, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use sohoi_protocol::enrol::from_hex;
use sohoi_protocol::message::{Begun, Kept, Receipt};
use sohoi_protocol::{Frame, FrameReader, FromDevice, SyncProtocol, limits};
use tokio::sync::{mpsc, watch};

use crate::engine::{Engine, Manner, Outcome};
use crate::error::SyncError;
use crate::peers::Pulled;
use crate::stage::Staged;

/// What happens while a sync runs.
#[derive(Clone, Debug)]
pub enum Event {
    Connected,
    /// The hub has the beginning of the batch that comes next.
    Begun(Begun),
    /// Verified; to be stored at once, so that a cut loses nothing that was confirmed.
    Confirmed(Receipt),
    /// Photos that the hub has; verified, to be stored at once as well.
    Kept(Kept),
    /// Checked; to be stored at once as well.
    Pulled(Pulled),
    Progress(Traffic),
}

/// Bytes of bodies, without what HTTP and TLS add.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    pub bytes_sent: u64,
    pub bytes_total: u64,
    pub bytes_received: u64,
    pub n_changes_confirmed: u64,
    pub n_changes_total: u64,
    /// All has come, and what came is being put to use.
    pub is_applying: bool,
    /// The line was cut, and is tried again in a moment.
    pub is_waiting: bool,
}

/// Ends a running sync from another thread.
#[derive(Clone, Debug)]
pub struct Cancel {
    sender: std::sync::Arc<watch::Sender<bool>>,
}

impl Default for Cancel {
    fn default() -> Self {
        Cancel { sender: std::sync::Arc::new(watch::Sender::new(false)) }
    }
}

impl Cancel {
    pub fn cancel(&self) {
        self.sender.send_replace(true);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        *self.sender.borrow()
    }

    pub async fn cancelled(&self) {
        let mut receiver = self.sender.subscribe();
        // The sender lives as long as `self`, so the wait ends only by a cancel.
        let _ = receiver.wait_for(|cancelled| *cancelled).await;
    }
}

pub struct Carrier {
    client: Client,
    stall: Duration,
}

const MEDIA_TYPE: &str = "application/x-sohoi";

/// Without a byte either way for this long, the line counts as dead. There is no limit on the whole.
const STALL: Duration = Duration::from_secs(45);
/// How long the first batches may go unanswered before the line counts as one that holds requests back.
/// A full batch takes as long at 17 kbit/s.
const PATIENCE: Duration = Duration::from_secs(40);
const CONNECT: Duration = Duration::from_secs(20);

impl Carrier {
    /// # Errors
    /// [`SyncError::Tls`] when a root certificate of the enrolment file cannot be read.
    pub fn new(roots: &[String]) -> Result<Carrier, SyncError> {
        // Fails only when a provider is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut certificates = Vec::new();
        for pem in roots {
            certificates.extend(Certificate::from_pem_bundle(pem.as_bytes()).map_err(SyncError::Tls)?);
        }
        // HELLO names the program.
        let mut builder =
            Client::builder().connect_timeout(CONNECT).redirect(reqwest::redirect::Policy::none());
        if !certificates.is_empty() {
            builder = builder.tls_certs_merge(certificates);
        }
        Ok(Carrier { client: builder.build().map_err(SyncError::Tls)?, stall: STALL })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs one conversation. `sink` is told what happens, and stores receipts as they come.
    ///
    /// # Errors
    /// [`SyncError`] says what stopped it; receipts told before hold.
    pub async fn exchange(
        &self,
        staged: Staged,
        manner: Manner,
        cancel: &Cancel,
        sink: &mut (dyn FnMut(Event) -> Result<(), SyncError> + Send),
    ) -> Result<Option<Outcome>, SyncError> {
        let url = format!("{}/v1/sync", staged.hub.hub_url.trim_end_matches('/'));
        let token = in_base_64(&staged.hub.token);
        let mut engine = Engine::new(staged, manner);
        let traffic = Traffic {
            bytes_total: engine.n_bytes_total(),
            n_changes_total: engine.n_changes_total(),
            ..Traffic::default()
        };
        let (mut line, body) = Line::new(engine.open()?, manner);
        line.traffic = traffic;
        let mut request = self
            .client
            .post(url)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, MEDIA_TYPE);
        // Said at once, it needs no chunks.
        if let Some(n_bytes) = line.n_bytes_in_all() {
            request = request.header(header::CONTENT_LENGTH, n_bytes);
        }
        let request = request.body(body);
        let conversation = async {
            let response = self.first_answer(request.send(), &engine, line.sent.clone()).await?;
            let response = accepted(response).await?;
            sink(Event::Connected)?;
            self.listen(response, &mut engine, &mut line, sink).await
        };
        let ended = tokio::select! {
            ended = conversation => ended,
            () = cancel.cancelled() => Err(SyncError::Cancelled),
        };
        // What a try has cost counts, also when it was cut before an answer.
        if ended.is_err() {
            line.count_sent();
            sink(Event::Progress(line.traffic))?;
        }
        ended.map(|()| engine.outcome().cloned())
    }

    // A large body may be under way for long before the first answer, so only a standstill counts.
    async fn first_answer(
        &self,
        answer: impl Future<Output = Result<Response, reqwest::Error>>,
        engine: &Engine,
        mut sent: watch::Receiver<u64>,
    ) -> Result<Response, SyncError> {
        tokio::pin!(answer);
        let mut body_runs = true;
        loop {
            tokio::select! {
                response = &mut answer => return response.map_err(SyncError::of_request),
                moved = sent.changed(), if body_runs => body_runs = moved.is_ok(),
                () = tokio::time::sleep(self.patience(engine)) => return Err(self.gives_up(engine)),
            }
        }
    }

    async fn listen(
        &self,
        response: Response,
        engine: &mut Engine,
        line: &mut Line,
        sink: &mut (dyn FnMut(Event) -> Result<(), SyncError> + Send),
    ) -> Result<(), SyncError> {
        let mut stream = response.bytes_stream();
        let mut reader = FrameReader::default();
        let mut body_runs = true;
        while !engine.is_done() {
            tokio::select! {
                piece = stream.next() => {
                    let Some(piece) = piece else { return engine.on_close() };
                    let piece = piece.map_err(SyncError::of_request)?;
                    line.traffic.bytes_received += piece.len() as u64;
                    reader.push(&piece);
                    while let Some(frame) = reader.next_frame().map_err(|_| SyncError::Protocol)? {
                        let is_first = engine.welcomed().is_none();
                        let answers = engine.on_frame(frame)?;
                        if let Some(begun) = engine.begun().filter(|_| is_first) {
                            sink(Event::Begun(begun))?;
                        }
                        for receipt in engine.take_confirmed() {
                            sink(Event::Confirmed(receipt))?;
                        }
                        for kept in engine.take_kept() {
                            sink(Event::Kept(kept))?;
                        }
                        for pulled in engine.take_pulled() {
                            sink(Event::Pulled(pulled))?;
                        }
                        line.send(answers);
                    }
                }
                moved = line.sent.changed(), if body_runs => body_runs = moved.is_ok(),
                () = tokio::time::sleep(self.patience(engine)) => return Err(self.gives_up(engine)),
            }
            line.count_sent();
            line.traffic.n_changes_confirmed = engine.n_changes_confirmed();
            sink(Event::Progress(line.traffic))?;
        }
        Ok(())
    }

    fn patience(&self, engine: &Engine) -> Duration {
        if engine.waits_for_first_receipt() { self.stall.min(PATIENCE) } else { self.stall }
    }

    fn gives_up(&self, engine: &Engine) -> SyncError {
        if engine.waits_for_first_receipt() {
            return SyncError::Buffered;
        }
        SyncError::Stalled { seconds: self.stall.as_secs() }
    }
}

/// The body of a request that still runs: what is said into it goes out in order.
struct Line {
    /// None once the last frame was said: the body ends with it.
    frames: Option<mpsc::UnboundedSender<Bytes>>,
    sent: watch::Receiver<u64>,
    traffic: Traffic,
    brief: FromDevice,
    /// Of everything that was said.
    n_bytes: u64,
}

impl Line {
    fn new(first: Vec<Frame>, manner: Manner) -> (Line, Body) {
        let (frames, waiting) = mpsc::unbounded_channel();
        let (counted, sent) = watch::channel(0_u64);
        let mut line = Line {
            frames: Some(frames),
            sent,
            traffic: Traffic::default(),
            brief: FromDevice::default(),
            n_bytes: 0,
        };
        line.send(first);
        if manner == Manner::Probe {
            line.frames = None;
        }
        (line, Body::wrap_stream(stream_of(waiting, counted)))
    }

    /// How long the body is, once it is known that nothing more will be said.
    fn n_bytes_in_all(&self) -> Option<u64> {
        self.frames.is_none().then_some(self.n_bytes)
    }

    fn count_sent(&mut self) {
        self.traffic.bytes_sent = *self.sent.borrow();
    }

    fn send(&mut self, frames: Vec<Frame>) {
        for frame in frames {
            let is_last = matches!(frame, Frame::End(_));
            let bytes = self.brief.shorten(frame).encode();
            self.n_bytes += bytes.len() as u64;
            // Whoever reads the other end is gone when the request is over; then its failure is told there.
            if let Some(sender) = &self.frames {
                let _ = sender.send(bytes.into());
            }
            if is_last {
                self.frames = None;
            }
        }
    }
}

// What is counted as sent has gone to the socket or is about to.
fn stream_of(
    waiting: mpsc::UnboundedReceiver<Bytes>,
    counted: watch::Sender<u64>,
) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    futures_util::stream::unfold((waiting, counted), |(mut waiting, counted)| async move {
        let bytes = waiting.recv().await?;
        counted.send_modify(|total| *total += bytes.len() as u64);
        Some((Ok(bytes), (waiting, counted)))
    })
}

// As the hub gave it, it is half as long again.
fn in_base_64(token: &str) -> String {
    from_hex::<32>(token).map_or_else(|| token.to_string(), |bytes| STANDARD_NO_PAD.encode(bytes))
}

// What a refusal before the first frame looks like.
async fn accepted(response: Response) -> Result<Response, SyncError> {
    if response.status() == StatusCode::OK {
        return is_of(&response, MEDIA_TYPE).then_some(response).ok_or(SyncError::NotHub { status: 200 });
    }
    Err(problem(response).await)
}

/// What a request for JSON was answered with.
pub(crate) async fn answered<T: DeserializeOwned>(response: Response) -> Result<T, SyncError> {
    let status = response.status();
    if !status.is_success() {
        return Err(problem(response).await);
    }
    if !is_of(&response, "application/json") {
        return Err(SyncError::NotHub { status: status.as_u16() });
    }
    response.json().await.map_err(|_| SyncError::Protocol)
}

fn is_of(response: &Response, media_type: &str) -> bool {
    let said = response.headers().get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok());
    said.is_some_and(|said| {
        said.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type)
    })
}

/// Reads a problem document; a page of some proxy is told by its status.
async fn problem(response: Response) -> SyncError {
    let status = response.status();
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(Ok(piece)) = stream.next().await {
        body.extend_from_slice(&piece);
        if body.len() > limits::MESSAGE_BYTES {
            break;
        }
    }
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let code = json.get("code").and_then(|code| code.as_str()).map(str::to_string);
    let n = status.as_u16();
    match (code, status) {
        (Some(code), _) => SyncError::Refused { code, reason: format!("HTTP {n}") },
        (None, status) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            SyncError::Away { status: n }
        }
        // A gateway that lets through less than the hub takes.
        (None, StatusCode::PAYLOAD_TOO_LARGE) => {
            SyncError::Refused { code: "usage.too_large".to_string(), reason: format!("HTTP {n}") }
        }
        (None, _) => SyncError::NotHub { status: n },
    }
}
