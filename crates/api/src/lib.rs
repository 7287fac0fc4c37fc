//! What the UI can say: requests, responses, one command list and the error codes.
//!
//! A handler converts, calls `sohoi-app`, converts; it decides nothing.

pub mod dto;
