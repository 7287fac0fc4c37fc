//! A tap on the line: everything that goes between the register and the hub, kept for looking at.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Forwards to a port of this machine and keeps every byte of both directions.
pub struct Tap {
    port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    /// `towards` need not listen yet: then whoever connects is turned away, as by a hub that is down.
    pub fn before(towards: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        // Ends with the test's process.
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if let Ok(far) = TcpStream::connect(("127.0.0.1", towards)) {
                    pass_on(&near, &far, &kept);
                    pass_on(&far, &near, &kept);
                }
            }
        });
        Self { port, heard }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn pass_on(from: &TcpStream, to: &TcpStream, heard: &Arc<Mutex<Vec<u8>>>) {
    let mut from = from.try_clone().expect("a connection can be opened twice");
    let mut to = to.try_clone().expect("a connection can be opened twice");
    let heard = Arc::clone(heard);
    thread::spawn(move || {
        let mut part = [0; 16 * 1024];
        while let Ok(n_bytes @ 1..) = from.read(&mut part) {
            heard.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&part[..n_bytes]);
            if to.write_all(&part[..n_bytes]).is_err() {
                break;
            }
        }
        // One direction may end before the other.
        let _ = to.shutdown(Shutdown::Write);
    });
}
