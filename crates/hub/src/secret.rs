//! Random secrets, their hashes, and passwords.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use sohoi_hub_db::SecretHash;
use sohoi_protocol::enrol::to_hex;

use crate::error::HubError;

/// Crockford's base 32 without what is misheard or misread.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 50 bits: guessed online, one in 10¹⁵ a try.
const CODE_LETTERS: usize = 10;
pub const MIN_PASSWORD_CHARS: usize = 10;
const MAX_PASSWORD_BYTES: usize = 1_000;

pub fn random<const N: usize>() -> Result<[u8; N], HubError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| HubError::Random)?;
    Ok(bytes)
}

/// A token to be held by a device or a browser.
pub fn token() -> Result<String, HubError> {
    Ok(to_hex(&random::<32>()?))
}

/// A code that can be read out over the phone: `7Q3XK-2M9AB`.
pub fn code() -> Result<String, HubError> {
    let bytes = random::<CODE_LETTERS>()?;
    let letters = bytes.iter().map(|byte| LETTERS[usize::from(byte & 31)] as char);
    let (first, second): (String, String) = {
        let all: Vec<char> = letters.collect();
        (all[..CODE_LETTERS / 2].iter().collect(), all[CODE_LETTERS / 2..].iter().collect())
    };
    Ok(format!("{first}-{second}"))
}

/// Six letters that tell one failure in the log from another.
pub fn incident() -> String {
    random::<6>().map_or_else(
        |_| "------".to_string(),
        |bytes| bytes.iter().map(|byte| LETTERS[usize::from(byte & 31)] as char).collect(),
    )
}

/// A code as it counts: typed with small letters, spaces, dashes, or O for 0 and I or L for 1.
pub fn plain_code(typed: &str) -> String {
    let letters = typed.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase());
    letters
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// What the database keeps of a secret. Plain SHA-256 is enough for what was drawn at random.
pub fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

pub fn hash_password(password: &str) -> Result<String, HubError> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| HubError::Random)?;
    Ok(hash.to_string())
}

pub fn is_password(password: &str, hash: &str) -> bool {
    password.len() <= MAX_PASSWORD_BYTES
        && Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let code = code().expect("random numbers");
        assert_eq!(code.len(), CODE_LETTERS + 1);
        let plain = plain_code(&code);
        assert_eq!(plain_code(&format!(" {} ", code.to_lowercase().replace('-', " "))), plain);
        assert_eq!(plain_code("oil-01"), "01101");
    }

    #[test]
    fn only_the_password_itself_opens() {
        let hash = hash_password("mot mat khau dai").expect("a hash");
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_password("mot mat khau dai", &hash));
        assert!(!is_password("mot mat khau daj", &hash));
    }
}
