//! Who is asking: a device by its token, a person by the session's cookie or, for scripts, by Basic.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use sohoi_hub_db::DeviceRow;
use sohoi_protocol::enrol::{from_hex, to_hex};

use crate::account::{self, Viewer};
use crate::error::HubError;
use crate::http::App;
use crate::hub::blocking;
use crate::secret;

const TOKEN_BYTES: usize = 32;
pub const COOKIE: &str = "sohoi_session";

/// A device that is enrolled and not shut out.
pub struct Device(pub DeviceRow);

impl FromRequestParts<App> for Device {
    type Rejection = HubError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Device, HubError> {
        let token = authorization(&parts.headers, "Bearer").and_then(written_out);
        let hash = secret::hash(&token.ok_or_else(|| HubError::refused("auth.required"))?);
        let hub = app.hub();
        let device = blocking(move || Ok(hub.db.device_of_token(&hash)?)).await?;
        // Replaced by that of a newer enrolment whose answer was lost, or given after the backup that this hub was
        // put back to, or never given.
        let device = device.ok_or_else(|| HubError::refused("sync.unknown_device"))?;
        match device.revoked_at_ms {
            None => Ok(Device(device)),
            Some(_) => Err(HubError::refused("sync.revoked")),
        }
    }
}

/// A person who has signed in.
pub struct Person(pub Viewer);

impl FromRequestParts<App> for Person {
    type Rejection = HubError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Person, HubError> {
        let hub = app.hub();
        if let Some(token) = session_token(&parts.headers).map(str::to_string) {
            return blocking(move || account::by_token(&hub, &token)).await.map(Person);
        }
        let (name, password) = basic(&parts.headers).ok_or_else(|| HubError::refused("auth.required"))?;
        blocking(move || account::check(&hub, &name, &password)).await.map(Person)
    }
}

fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (found, rest) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// The session's token out of the cookies.
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, token)| token)
}

// The 64 digits of a token that comes as its bytes in base 64, which is shorter, or as these digits.
fn written_out(token: &str) -> Option<String> {
    let digits = from_hex::<TOKEN_BYTES>(token).map(|_| token.to_ascii_lowercase());
    digits.or_else(|| Some(to_hex(&base64(token).filter(|bytes| bytes.len() == TOKEN_BYTES)?)))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = String::from_utf8(base64(authorization(headers, "Basic")?)?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_string(), password.to_string()))
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    let (mut bits, mut n_bits) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        bits = (bits << 6 | u32::from(digit(byte)?)) & 0xfff;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_come_out_of_base64() {
        for (encoded, plain) in
            [("", ""), ("TQ==", "M"), ("TWE=", "Ma"), ("YWRtaW46beG6rXQ6a2jhuql1", "admin:mật:khẩu")]
        {
            assert_eq!(base64(encoded), Some(plain.as_bytes().to_vec()));
        }
        assert_eq!(base64("T?=="), None);
    }

    #[test]
    fn a_token_may_come_in_base_64_or_in_its_digits() {
        let digits = "00ff".repeat(16);
        let bytes = "AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8";
        for token in [digits.as_str(), &digits.to_uppercase(), bytes, &format!("{bytes}=")] {
            assert_eq!(written_out(token).as_ref(), Some(&digits), "{token}");
        }
        for other in ["", "00", "no token", &bytes.replace('/', "_"), &bytes[1..]] {
            assert_eq!(written_out(other), None, "{other}");
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; sohoi_session=abc; c=d".parse().expect("a header"));
        assert_eq!(session_token(&headers), Some("abc"));
    }
}
