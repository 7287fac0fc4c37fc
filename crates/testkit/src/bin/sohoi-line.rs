//! The bad line as a program, for clients and servers that are not ours: `bench/peers` measures all over it.
//!
//! `sohoi-line PORT BITS_PER_SECOND ROUND_TRIP_MS LOSS_PERCENT DICE`: says where it listens, and after each
//! line of stdin what has passed so far. Zeros are a perfect line; `DICE` chooses what is lost. Ends with stdin.

use std::io::BufRead;
use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Line, Shape};

const USAGE: &str = "sohoi-line PORT BITS_PER_SECOND ROUND_TRIP_MS LOSS_PERCENT DICE";

fn main() {
    let words: Vec<u64> = std::env::args().skip(1).map(|word| word.parse().expect(USAGE)).collect();
    let [port, bits_per_second, round_trip_ms, loss_percent, dice] = words[..] else { panic!("{USAGE}") };
    let shape = Shape { bits_per_second, round_trip: Duration::from_millis(round_trip_ms), loss_percent };
    let line = Line::shaped(u16::try_from(port).expect(USAGE), shape).with_dice(dice);
    println!("{}", json!({ "port": line.port() }));
    for asked in std::io::stdin().lock().lines() {
        asked.expect("stdin can be read");
        let (up, down) = line.n_bytes();
        println!(
            "{}",
            json!({ "up": up, "down": down, "requests": n_requests(&line.heard_from_register()) })
        );
    }
}

/// Every peer speaks HTTP/1.1 here, and no body has this in it.
fn n_requests(heard: &[u8]) -> usize {
    let end_of_first_line = b" HTTP/1.1\r\n";
    heard.windows(end_of_first_line.len()).filter(|part| part == end_of_first_line).count()
}
