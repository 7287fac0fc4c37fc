//! A connection that was let in: one of not too many from its address, which must take what it asked for.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::time::{Sleep, sleep};

/// What the system may hold of an answer that is not taken. Room is reported only when a third of it is free: with
/// the megabytes that it takes by itself, a line of a few kilobytes a second would look as if it stood still.
const UNTAKEN_BYTES: u32 = 64 * 1024;
/// Of new connections, before they are taken from the system.
const BACKLOG: u32 = 1_024;

/// What one address may ask of the hub.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// At once. This machine's own address is not counted: a proxy may stand there.
    pub connections: usize,
    /// For an answer of which nothing is taken.
    pub untaken: Duration,
}

/// # Errors
/// When the address is none, or not free.
pub async fn bind(address: &str) -> io::Result<TcpListener> {
    let mut failed = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in lookup_host(address).await? {
        match listen(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // On Windows it would let a second program take the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Handed on to every connection.
    socket.set_send_buffer_size(UNTAKEN_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Lets connections in.
pub struct Door {
    listener: TcpListener,
    share: Share,
    seats: Arc<Seats>,
}

impl Door {
    pub fn new(listener: TcpListener, share: Share) -> Door {
        Door { listener, share, seats: Arc::default() }
    }
}

impl Listener for Door {
    type Io = Admitted;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Admitted, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            // Closed without a word: an answer would be one more thing to wait for.
            if let Some(seat) = self.seats.take(address.ip(), self.share.connections) {
                let untaken = self.share.untaken;
                return (Admitted { stream, untaken, waiting: None, _seat: seat }, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// How many connections each address has.
#[derive(Default)]
struct Seats(Mutex<HashMap<IpAddr, usize>>);

impl Seats {
    fn take(self: &Arc<Seats>, address: IpAddr, most: usize) -> Option<Seat> {
        let address = whose(address);
        if address.is_loopback() {
            return Some(Seat(None));
        }
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let n = taken.entry(address).or_default();
        if *n >= most {
            return None;
        }
        *n += 1;
        Some(Seat(Some((self.clone(), address))))
    }

    fn give_back(&self, address: IpAddr) {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = taken.get_mut(&address) {
            *n -= 1;
            if *n == 0 {
                taken.remove(&address);
            }
        }
    }
}

// Who has one address of version 6 has 2⁶⁴ of them.
fn whose(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()
        }
        address => address,
    }
}

struct Seat(Option<(Arc<Seats>, IpAddr)>);

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some((seats, address)) = self.0.take() {
            seats.give_back(address);
        }
    }
}

/// Ends with an error when the other side takes nothing of what is written for too long. One that takes a little
/// each time lives.
pub struct Admitted {
    stream: TcpStream,
    untaken: Duration,
    /// Set while something is to be written and cannot be.
    waiting: Option<Pin<Box<Sleep>>>,
    _seat: Seat,
}

impl Admitted {
    fn watched<T>(&mut self, written: Poll<io::Result<T>>, cx: &mut Context) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let untaken = self.untaken;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(untaken)));
        ready!(waiting.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Admitted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Admitted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.watched(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.watched(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // The system's socket is flushed and shut down without waiting.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_so_many_connections_and_another_its_own() {
        let seats = Arc::new(Seats::default());
        let mut held: Vec<Seat> =
            (0..2).map(|_| seats.take(ip("192.0.2.7"), 2).expect("there is room")).collect();
        assert!(seats.take(ip("192.0.2.7"), 2).is_none());
        assert!(seats.take(ip("::ffff:192.0.2.7"), 2).is_none(), "the same, written as version 6");
        held.push(seats.take(ip("192.0.2.8"), 2).expect("another"));
        held.remove(0);
        assert!(seats.take(ip("192.0.2.7"), 2).is_some(), "one has gone");
        held.clear();
        assert!(seats.0.lock().expect("nobody panicked").is_empty(), "nothing is kept of who was here");
    }

    #[test]
    fn a_line_of_version_6_is_one_address_and_this_machine_is_not_counted() {
        let seats = Arc::new(Seats::default());
        let _held = seats.take(ip("2001:db8:1:2::1"), 1).expect("there is room");
        assert!(seats.take(ip("2001:db8:1:2:ffff::9"), 1).is_none());
        assert!(seats.take(ip("2001:db8:1:3::1"), 1).is_some());
        for own in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert!(seats.take(ip(own), 0).is_some(), "{own}");
        }
    }
}
