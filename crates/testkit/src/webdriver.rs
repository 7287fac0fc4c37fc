//! A small WebDriver client: what the journeys need, over one plain connection a call.

mod element;
mod http;
mod key;
mod session;

pub use element::Element;
pub use key::Key;
pub use session::Session;

/// What the driver said instead of doing it.
#[derive(Debug)]
pub struct Refusal {
    /// As the standard names them, for example `no such element`.
    pub error: String,
    pub message: String,
}
