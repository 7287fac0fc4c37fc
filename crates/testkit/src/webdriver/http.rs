//! Requests to a driver on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::Refusal;

/// Longer than any page of ours takes, short enough to notice a driver that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Driver {
    port: u16,
}

impl Driver {
    pub fn at(port: u16) -> Self {
        Self { port }
    }

    pub fn is_ready(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
            && self.call("GET", "/status", None).is_ok_and(|status| status["ready"] != false)
    }

    /// Returns the `value` of the driver's answer.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refusal> {
        let answer = self.exchange(method, path, body).map_err(|e| Refusal {
            error: "no answer".to_owned(),
            message: format!("{method} {path} on port {}: {e}", self.port),
        })?;
        let mut answer: Value = serde_json::from_slice(&answer).map_err(|e| Refusal {
            error: "not JSON".to_owned(),
            message: format!("{e}: {}", String::from_utf8_lossy(&answer)),
        })?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(Refusal {
                error: error.to_owned(),
                message: value["message"].as_str().unwrap_or_default().to_owned(),
            }),
            None => Ok(value),
        }
    }

    fn exchange(&self, method: &str, path: &str, body: Option<&Value>) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let empty = json!({});
        let body = match method {
            "POST" => body.unwrap_or(&empty).to_string(),
            _ => String::new(),
        };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        stream.flush()?;
        let mut reader = BufReader::new(stream);
        let length = read_head(&mut reader)?;
        let mut answer = Vec::new();
        match length {
            Some(length) => reader.take(length).read_to_end(&mut answer)?,
            None => reader.read_to_end(&mut answer)?,
        };
        Ok(answer)
    }
}

/// Reads to the empty line; returns the length that the headers promise.
fn read_head(reader: &mut impl BufRead) -> std::io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        let ended = reader.read_line(&mut line)? == 0;
        let line = line.trim_end();
        if ended || line.is_empty() {
            return Ok(length);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}
