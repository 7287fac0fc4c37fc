//! HTTP over a plain socket: the fewest lines that can send a body in pieces and read while it runs.
#![allow(dead_code, reason = "each test file uses a part of the rig")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sohoi_protocol::{Frame, FrameReader};

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().expect("a problem has a code").to_string()
    }
}

pub struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

pub fn ask(to: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut connection = Connection::open(to);
    let mut all = headers.to_vec();
    let length = body.len().to_string();
    all.push(("content-length", &length));
    connection.head(method, path, &all);
    // A server that refuses by the head may close before it has read the body.
    let _ = connection.stream.write_all(body);
    connection.answer()
}

impl Connection {
    pub fn open(to: SocketAddr) -> Connection {
        let stream = TcpStream::connect(to).expect("the hub listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        Connection { stream, unread: Vec::new() }
    }

    pub fn head(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: hub.example\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        self.stream.write_all((head + "\r\n").as_bytes()).expect("the head goes out");
    }

    pub fn start_sync(&mut self, token: &str) {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/x-sohoi"),
            ("transfer-encoding", "chunked"),
        ];
        self.head("POST", "/v1/sync", &headers);
    }

    pub fn chunk(&mut self, bytes: &[u8]) {
        let framed = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.stream.write_all(&framed).expect("a chunk goes out");
    }

    pub fn frame(&mut self, frame: &Frame) {
        self.chunk(&frame.encode());
    }

    pub fn finish(&mut self) {
        self.stream.write_all(b"0\r\n\r\n").expect("the end goes out");
    }

    fn fill(&mut self) -> bool {
        let mut piece = [0; 4096];
        let n = self.stream.read(&mut piece).unwrap_or(0);
        self.unread.extend_from_slice(&piece[..n]);
        n > 0
    }

    pub fn read_head(&mut self) -> (u16, String) {
        loop {
            if let Some(at) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let rest = self.unread.split_off(at + 4);
                let head = String::from_utf8(std::mem::replace(&mut self.unread, rest)).expect("text");
                let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
                return (status, head);
            }
            assert!(self.fill(), "the answer ends in its head");
        }
    }

    // The next chunk of the answer; none at its end or when the line breaks.
    fn read_chunk(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.unread.windows(2).position(|two| two == b"\r\n") {
                let length = std::str::from_utf8(&self.unread[..at]).ok()?;
                let length = usize::from_str_radix(length.trim(), 16).ok()?;
                if self.unread.len() >= at + 4 + length {
                    let rest = self.unread.split_off(at + 4 + length);
                    let chunk = std::mem::replace(&mut self.unread, rest);
                    return (length > 0).then(|| chunk[at + 2..at + 2 + length].to_vec());
                }
            }
            if !self.fill() {
                return None;
            }
        }
    }

    /// The next frame of the answer; its head must have been read.
    pub fn read_frame(&mut self, reader: &mut FrameReader) -> Option<Frame> {
        loop {
            if let Some(frame) = reader.next_frame().expect("frames") {
                return Some(frame);
            }
            reader.push(&self.read_chunk()?);
        }
    }

    pub fn answer(&mut self) -> Answer {
        let (status, head) = self.read_head();
        let mut answer = Answer { status, head, body: Vec::new() };
        if let Some(length) = answer.header("content-length").map(|n| n.parse::<usize>().expect("a number")) {
            while self.unread.len() < length && self.fill() {}
            answer.body = self.unread.drain(..length).collect();
        } else if answer.header("transfer-encoding").is_some() {
            while let Some(chunk) = self.read_chunk() {
                answer.body.extend(chunk);
            }
        }
        answer
    }
}
