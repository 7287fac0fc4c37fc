//! The commune's secret: what its own PCs share, and the hub never has.

use sha2::{Digest, Sha256};
use sohoi_domain::UnitKey;
use zeroize::Zeroizing;

use super::recovery::{BadRecoveryCode, RecoveryCode};
use crate::error::StoreError;

const CONTEXT: &[u8] = b"sohoi commune 1";

/// Short enough to be read out between two PCs, written as a recovery code is. Its last letter checks the
/// unit too, so that most codes of another commune are noticed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommuneCode(RecoveryCode);

impl CommuneCode {
    pub(crate) fn generate(unit: &UnitKey) -> Result<CommuneCode, StoreError> {
        RecoveryCode::generate_for(unit.to_string().as_bytes()).map(CommuneCode)
    }

    /// # Errors
    /// When it is mistyped, or of another unit.
    pub fn parse(text: &str, unit: &UnitKey) -> Result<CommuneCode, BadRecoveryCode> {
        RecoveryCode::parse_for(text, unit.to_string().as_bytes()).map(CommuneCode)
    }

    /// What personal sections are sealed with.
    pub(crate) fn key(&self) -> Zeroizing<[u8; 32]> {
        let mut hash = Sha256::new();
        hash.update(CONTEXT);
        hash.update(self.0.secret());
        Zeroizing::new(hash.finalize().into())
    }
}

impl std::fmt::Display for CommuneCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
