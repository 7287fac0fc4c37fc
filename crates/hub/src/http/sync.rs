//! `POST /v1/sync`: frames in the body, frames in the answer, both at once.

use std::io;

use axum::body::{Body, BodyDataStream};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use sohoi_protocol::message::Refusal;
use sohoi_protocol::{Frame, FrameError, FrameReader, FromHub, SyncProtocol, limits};
use tokio::sync::mpsc;

use crate::error::HubError;
use crate::http::App;
use crate::http::auth::Device;
use crate::hub::blocking;
use crate::session::Session;

pub const MEDIA_TYPE: &str = "application/x-sohoi";
/// Answers that wait for a slow line; then the device's batches wait too.
const ANSWERS_WAITING: usize = 64;

pub async fn sync(
    Device(device): Device,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HubError> {
    admit(&headers)?;
    app.hub().metrics.n_syncs.add(1);
    let (answers, receiver) = mpsc::channel(ANSWERS_WAITING);
    let session = Session::new(app.hub(), device);
    tokio::spawn(converse(app, session, body.into_data_stream(), answers));
    let answered = Answered { receiver, error: None };
    let stream = futures_util::stream::unfold(answered, |mut answered| async move {
        next_piece(&mut answered).await.map(|piece| (piece, answered))
    });
    let headers =
        [(header::CONTENT_TYPE, MEDIA_TYPE), (header::HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Body::from_stream(stream)).into_response())
}

// What can be seen before the first byte of the body is refused before it.
fn admit(headers: &HeaderMap) -> Result<(), HubError> {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    if text(header::CONTENT_TYPE).is_none_or(|found| found != MEDIA_TYPE) {
        return Err(HubError::refused("usage.wrong_content_type"));
    }
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > limits::REQUEST_BYTES) {
        return Err(HubError::refused("usage.too_large").with("max", limits::REQUEST_BYTES));
    }
    Ok(())
}

/// Small answers that wait together go as one piece, which costs a frame of HTTP each.
const PIECE_BYTES: usize = 1_400;

/// What comes together, and the error after it, which must not take with it what was answered before.
async fn next_piece(answers: &mut Answered) -> Option<Piece> {
    if let Some(error) = answers.error.take() {
        return Some(Err(error));
    }
    let first = answers.receiver.recv().await?;
    let Ok(first) = first else { return Some(first) };
    let mut piece = Vec::from(first);
    while piece.len() < PIECE_BYTES {
        match answers.receiver.try_recv() {
            Ok(Ok(more)) => piece.extend_from_slice(&more),
            Ok(Err(error)) => {
                answers.error = Some(error);
                break;
            }
            Err(_) => break,
        }
    }
    Some(Ok(piece.into()))
}

struct Answered {
    receiver: mpsc::Receiver<Piece>,
    error: Option<io::Error>,
}

type Piece = Result<Bytes, io::Error>;
type Answers = mpsc::Sender<Piece>;

/// Why a conversation ended before its end.
enum Ended {
    /// The line is gone; there is nobody to tell.
    Line,
    Refused(Refusal),
    Failed(HubError),
}

impl From<FrameError> for Ended {
    fn from(error: FrameError) -> Ended {
        let reason = match error {
            FrameError::UnknownType(_) => "frame_type",
            FrameError::TooLong => "too_large",
            FrameError::Malformed => "format",
        };
        Ended::Refused(Refusal::new("sync.refused", reason))
    }
}

async fn converse(app: App, session: Session, body: BodyDataStream, answers: Answers) {
    let mut incoming = Incoming { body, stall: app.stall, n_bytes: 0 };
    match listen(session, &mut incoming, &answers).await {
        Ok(()) | Err(Ended::Line) => {}
        Err(Ended::Refused(refusal)) => {
            app.hub().metrics.n_refused.add(1);
            tracing::info!(code = refusal.code, reason = refusal.reason, "a sync was refused");
            // An error here means that the line is gone.
            let _ = send(&answers, vec![Frame::Refused(refusal)]).await;
        }
        Err(Ended::Failed(error)) => {
            tracing::error!(code = error.code(), "a sync failed");
            if error.code() == "storage.full" {
                // To come again does not help: somebody has to make room first.
                app.hub().metrics.n_refused.add(1);
                let _ = send(&answers, vec![Frame::Refused(Refusal::new("storage.full", "storage"))]).await;
                return drained(&mut incoming).await;
            }
            // Ends the answer in its middle, so that the device takes it for a broken line and comes again.
            let _ = answers.send(Err(io::Error::other("the hub failed"))).await;
            return;
        }
    }
    drained(&mut incoming).await;
}

// A connection that is closed with bytes unread is reset, and the last frame could be lost with it.
async fn drained(incoming: &mut Incoming) {
    while let Ok(Some(_)) = incoming.next().await {}
}

async fn listen(mut session: Session, incoming: &mut Incoming, answers: &Answers) -> Result<(), Ended> {
    let mut reader = FrameReader::default();
    let mut brief = FromHub::default();
    while let Some(piece) = incoming.next().await? {
        reader.push(&piece);
        while let Some(frame) = reader.next_frame()? {
            brief.hear(&frame);
            let worked = blocking(move || {
                let mut session = session;
                let frames = session.on_frame(frame)?;
                Ok((session, frames))
            });
            let frames;
            (session, frames) = worked.await.map_err(Ended::Failed)?;
            send(answers, frames.into_iter().map(|frame| brief.shorten(frame)).collect()).await?;
            if session.is_done() {
                return Ok(());
            }
        }
        // A line is cut without a word, so what has come is noted as it comes.
        if let Some(part) = reader.part() {
            session.on_part(part);
        }
    }
    if reader.is_clean() { Ok(()) } else { Err(FrameError::Malformed.into()) }
}

async fn send(answers: &Answers, frames: Vec<Frame>) -> Result<(), Ended> {
    for frame in frames {
        answers.send(Ok(frame.encode().into())).await.map_err(|_| Ended::Line)?;
    }
    Ok(())
}

struct Incoming {
    body: BodyDataStream,
    stall: std::time::Duration,
    n_bytes: u64,
}

impl Incoming {
    async fn next(&mut self) -> Result<Option<Bytes>, Ended> {
        let piece = match tokio::time::timeout(self.stall, self.body.next()).await {
            Err(_) => return Err(Ended::Refused(Refusal::new("sync.stalled", "stalled"))),
            Ok(None) => return Ok(None),
            Ok(Some(piece)) => piece.map_err(|_| Ended::Line)?,
        };
        self.n_bytes += piece.len() as u64;
        if self.n_bytes > limits::REQUEST_BYTES {
            return Err(Ended::Refused(Refusal::new("usage.too_large", "request")));
        }
        Ok(Some(piece))
    }
}
