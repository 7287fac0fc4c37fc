//! The line between a register and the hub: everything on it is heard, and it can be as bad as a real one.
//!
//! The kernel of a test machine may have no `netem`, so the delays are made here, above TCP: what a
//! lost segment costs is what TCP makes of it, a wait of one more round trip for all that follows.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::random::Random;

/// What TCP puts into one segment.
const SEGMENT: usize = 1400;
/// Segments that wait on either side, as in the buffers of a modem.
const BUFFERED: usize = 16;

/// How bad the line is. The default is a perfect one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape {
    /// Each way; 0 is no limit.
    pub bits_per_second: u64,
    pub round_trip: Duration,
    /// Of the segments, of each hundred.
    pub loss_percent: u64,
}

/// Forwards to a port of this machine.
pub struct Line {
    port: u16,
    state: Arc<State>,
}

struct State {
    shape: Shape,
    /// Passes a request on when all of it is here, as some proxies do.
    holds_requests: bool,
    up: Mutex<Way>,
    down: Mutex<Way>,
}

struct Way {
    /// When the line has sent what was given to it before.
    free_at: Instant,
    random: Random,
    heard: Vec<u8>,
    /// Counts of bytes after which the line breaks, the nearest last.
    cuts: Vec<u64>,
    /// Bytes that came out at the other end, and the count of them after which the line breaks there: what was
    /// still on its way is lost then, and was never on the air.
    n_arrived: u64,
    last_to_arrive: Option<u64>,
    /// Which byte of the next connection arrives as another one.
    flip: Option<u64>,
}

impl Line {
    /// `towards` need not listen yet: then whoever connects is turned away, as by a hub that is down.
    pub fn before(towards: u16) -> Self {
        Self::shaped(towards, Shape::default())
    }

    pub fn shaped(towards: u16, shape: Shape) -> Self {
        Self::listening(0, towards, shape, false)
    }

    /// Passes each request on when all of it is here, as some proxies do.
    pub fn holding_requests(towards: u16) -> Self {
        Self::listening(0, towards, Shape::default(), true)
    }

    /// Listens at a port that a hub had.
    pub fn at(port: u16, towards: u16) -> Self {
        Self::listening(port, towards, Shape::default(), false)
    }

    fn listening(port: u16, towards: u16, shape: Shape, holds_requests: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let state = Arc::new(State {
            shape,
            holds_requests,
            up: Mutex::new(Way::new(1)),
            down: Mutex::new(Way::new(2)),
        });
        let kept = Arc::clone(&state);
        // Ends with the test's process.
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if let Ok(far) = TcpStream::connect(("127.0.0.1", towards)) {
                    connect(&near, &far, &kept);
                }
            }
        });
        Self { port, state }
    }

    /// Loses other segments than the line of another number.
    #[must_use]
    pub fn with_dice(self, number: u64) -> Self {
        locked(&self.state.up).random = Random::from_seed(2 * number + 1);
        locked(&self.state.down).random = Random::from_seed(2 * number + 2);
        self
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Every byte of both directions.
    pub fn heard(&self) -> Vec<u8> {
        let mut heard = self.heard_from_register();
        heard.extend_from_slice(&locked(&self.state.down).heard);
        heard
    }

    pub fn heard_from_register(&self) -> Vec<u8> {
        locked(&self.state.up).heard.clone()
    }

    /// Bytes from the register and to it, with all that HTTP adds.
    pub fn n_bytes(&self) -> (u64, u64) {
        (locked(&self.state.up).n_bytes(), locked(&self.state.down).n_bytes())
    }

    /// Breaks after each of these counts of bytes from the register, counted from now.
    pub fn cut_after(&self, counts: &[u64]) {
        locked(&self.state.up).cut_after(counts);
    }

    /// The same for bytes to the register.
    pub fn cut_answer_after(&self, counts: &[u64]) {
        locked(&self.state.down).cut_after(counts);
    }

    /// Breaks once so many more bytes from the register have come out at the other end.
    pub fn cut_on_arrival(&self, count: u64) {
        let mut up = locked(&self.state.up);
        up.last_to_arrive = Some(up.n_arrived + count);
    }

    /// Bytes from the register that came out at the other end.
    pub fn n_arrived(&self) -> u64 {
        locked(&self.state.up).n_arrived
    }

    /// How many of the breaks are still to come.
    pub fn n_cuts_left(&self) -> usize {
        locked(&self.state.up).cuts.len()
    }

    /// The same of those of what the register hears.
    pub fn n_answer_cuts_left(&self) -> usize {
        locked(&self.state.down).cuts.len()
    }

    /// Alters one bit of this byte of what the register sends next.
    pub fn flip(&self, byte: u64) {
        locked(&self.state.up).flip(byte);
    }

    /// The same of what the register hears next.
    pub fn flip_answer(&self, byte: u64) {
        locked(&self.state.down).flip(byte);
    }

    /// Whether that byte has passed.
    pub fn has_flipped(&self) -> bool {
        locked(&self.state.up).flip.is_none() && locked(&self.state.down).flip.is_none()
    }
}

impl Way {
    fn new(seed: u64) -> Self {
        Self {
            free_at: Instant::now(),
            random: Random::from_seed(seed),
            heard: Vec::new(),
            cuts: Vec::new(),
            n_arrived: 0,
            last_to_arrive: None,
            flip: None,
        }
    }

    fn n_bytes(&self) -> u64 {
        self.heard.len() as u64
    }

    fn cut_after(&mut self, counts: &[u64]) {
        let mut cuts: Vec<u64> = counts.iter().map(|count| self.n_bytes() + count).collect();
        cuts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
        self.cuts = cuts;
    }

    fn flip(&mut self, byte: u64) {
        self.flip = Some(self.n_bytes() + byte);
    }

    /// When a segment that is handed over now will be at the other end.
    fn arrival(&mut self, shape: &Shape, n_bytes: usize) -> Instant {
        let took = (n_bytes as u64 * 8_000_000).checked_div(shape.bits_per_second).unwrap_or(0);
        self.free_at = self.free_at.max(Instant::now()) + Duration::from_micros(took);
        let mut arrives = self.free_at + shape.round_trip / 2;
        while self.random.below(100) < shape.loss_percent {
            arrives += shape.round_trip + Duration::from_millis(200);
        }
        arrives
    }
}

fn connect(near: &TcpStream, far: &TcpStream, state: &Arc<State>) {
    // Segments are timed here; waiting for more of them in the kernel would add to it.
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    pass_on(near, far, state, true);
    pass_on(far, near, state, false);
}

fn pass_on(from: &TcpStream, to: &TcpStream, state: &Arc<State>, is_up: bool) {
    let again = |stream: &TcpStream| stream.try_clone().expect("a connection can be opened twice");
    let (mut from, sender_to) = (again(from), again(to));
    let (queue, segments) = sync_channel::<(Instant, Vec<u8>)>(BUFFERED);
    let state = Arc::clone(state);
    let (delivering, near) = (Arc::clone(&state), again(&from));
    // A new connection asks first, and the answer takes one round trip.
    let opened = if is_up { Instant::now() + state.shape.round_trip } else { Instant::now() };
    thread::spawn(move || deliver(&segments, (&near, sender_to), opened, is_up.then_some(&delivering.up)));
    let back = again(to);
    thread::spawn(move || take(&mut from, &back, &queue, &state, is_up));
}

fn take(
    from: &mut TcpStream,
    to: &TcpStream,
    queue: &SyncSender<(Instant, Vec<u8>)>,
    state: &State,
    is_up: bool,
) {
    let way = if is_up { &state.up } else { &state.down };
    let mut part = [0; SEGMENT];
    let mut held = Vec::new();
    while let Ok(n_bytes @ 1..) = from.read(&mut part) {
        let mut part = part[..n_bytes].to_vec();
        let (arrives, is_cut) = {
            let mut way = locked(way);
            let sent = part.clone();
            way.alter(&mut part);
            way.heard.extend_from_slice(&sent);
            let is_cut = way.cuts.last().is_some_and(|count| *count <= way.n_bytes());
            if is_cut {
                way.cuts.pop();
            }
            (way.arrival(&state.shape, n_bytes), is_cut)
        };
        if is_cut {
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            return;
        }
        if is_up && state.holds_requests {
            held.extend_from_slice(&part);
            if !is_whole_request(&held) {
                continue;
            }
            part = std::mem::take(&mut held);
        }
        if queue.send((arrives, part)).is_err() {
            return;
        }
    }
}

fn is_whole_request(bytes: &[u8]) -> bool {
    const HEAD_END: &[u8] = b"\r\n\r\n";
    let Some(at) = bytes.windows(HEAD_END.len()).position(|window| window == HEAD_END) else { return false };
    let head = String::from_utf8_lossy(&bytes[..at]).to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    match length {
        Some(n_bytes) => bytes.len() - at - HEAD_END.len() >= n_bytes,
        None => !head.contains("transfer-encoding: chunked") || bytes.ends_with(b"0\r\n\r\n"),
    }
}

impl Way {
    /// How many of these bytes still arrive.
    fn takes(&mut self, n_bytes: usize) -> usize {
        let room = self.last_to_arrive.map_or(u64::MAX, |last| last - self.n_arrived);
        let n_left = usize::try_from(room).map_or(n_bytes, |room| n_bytes.min(room));
        self.n_arrived += n_left as u64;
        if n_left < n_bytes {
            self.last_to_arrive = None;
        }
        n_left
    }

    fn alter(&mut self, part: &mut [u8]) {
        let Some(at) = self.flip.and_then(|at| at.checked_sub(self.n_bytes())) else { return };
        if let Some(byte) = usize::try_from(at).ok().and_then(|at| part.get_mut(at)) {
            *byte ^= 1 << self.random.below(8);
            self.flip = None;
        }
    }
}

// A delay is what this rig is for.
#[allow(clippy::disallowed_methods)]
fn deliver(
    segments: &Receiver<(Instant, Vec<u8>)>,
    (from, mut to): (&TcpStream, TcpStream),
    opened: Instant,
    up: Option<&Mutex<Way>>,
) {
    for (arrives, part) in segments {
        thread::sleep(arrives.max(opened).saturating_duration_since(Instant::now()));
        let n_left = up.map_or(part.len(), |up| locked(up).takes(part.len()));
        if to.write_all(&part[..n_left]).is_err() {
            return;
        }
        if n_left < part.len() {
            let _ = from.shutdown(Shutdown::Both);
            break;
        }
    }
    // One direction may end before the other.
    let _ = to.shutdown(Shutdown::Write);
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends `bytes` over a line to whoever collects them, and returns what came and how long it took.
    fn over(shape: Shape, prepare: impl FnOnce(&Line), bytes: &[u8]) -> (Vec<u8>, Duration) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let line = Line::shaped(listener.local_addr().expect("an address").port(), shape);
        prepare(&line);
        let begun = Instant::now();
        let mut near = TcpStream::connect(("127.0.0.1", line.port())).expect("the line listens");
        let (mut far, _) = listener.accept().expect("the line connects");
        let _ = near.write_all(bytes);
        let _ = near.shutdown(Shutdown::Write);
        let mut came = Vec::new();
        let _ = far.read_to_end(&mut came);
        (came, begun.elapsed())
    }

    #[test]
    fn a_perfect_line_brings_everything() {
        let sent: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        assert_eq!(over(Shape::default(), |_| {}, &sent).0, sent);
    }

    #[test]
    fn a_slow_line_takes_its_time() {
        let shape =
            Shape { bits_per_second: 80_000, round_trip: Duration::from_millis(100), loss_percent: 0 };
        let (came, took) = over(shape, |_| {}, &[7; 5_000]);
        assert_eq!(came.len(), 5_000);
        // Half a second for the bytes, one way after them; the handshake is over before.
        assert!(took >= Duration::from_millis(550), "{took:?}");
    }

    #[test]
    fn a_cut_loses_the_rest() {
        let (came, _) = over(Shape::default(), |line| line.cut_after(&[40_000]), &[7; 100_000]);
        assert!(came.len() < 60_000, "{} bytes came", came.len());
    }

    #[test]
    fn what_has_not_arrived_when_a_line_breaks_at_its_end_never_does() {
        let (came, _) = over(Shape::default(), |line| line.cut_on_arrival(40_000), &[7; 100_000]);
        assert_eq!(came.len(), 40_000);
    }

    #[test]
    fn a_flipped_byte_is_one_byte() {
        let (came, _) = over(Shape::default(), |line| line.flip(1_234), &[7; 5_000]);
        let altered: Vec<usize> = (0..came.len()).filter(|at| came[*at] != 7).collect();
        assert_eq!(altered, [1_234]);
    }
}
