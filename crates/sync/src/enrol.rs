//! Tying a register to a hub, once.

use sohoi_domain::{DeviceId, UnitKey};
use sohoi_protocol::card::{Card, Officer};
use sohoi_protocol::enrol::{CONTEXT, EnrolReq, EnrolRes, EnrolmentFile, from_hex, to_hex};
use sohoi_protocol::sign::Signer;
use sohoi_store::{EnrolmentRow, Identity};

use crate::carrier::{Carrier, answered};
use crate::error::SyncError;

/// Longest enrolment file that is read.
const FILE_BYTES: usize = 256 << 10;
/// Names on a card, which has its limit.
const OFFICERS: usize = 8;

/// What an officer has in hand: the file, or an address and a code read out to her.
#[derive(Clone, Debug)]
pub struct Enrolling {
    pub hub_url: String,
    pub code: String,
    /// Pinned by the file; learned from the first answer when only a code was given.
    pub hub_key: Option<[u8; 32]>,
    pub roots: Vec<String>,
    pub unit: Option<(String, String)>,
}

/// A fresh Ed25519 secret and the id that follows from it.
pub fn new_device() -> ([u8; 32], DeviceId) {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).expect("the system gives random bytes");
    (secret, DeviceId::of_public_key(&Signer::new(&secret).public_key()))
}

/// # Errors
/// [`SyncError::BadFile`] when it is no enrolment file.
pub fn parse_enrolment_file(text: &str) -> Result<Enrolling, SyncError> {
    if text.len() > FILE_BYTES {
        return Err(SyncError::BadFile);
    }
    let text = text.trim_start_matches('\u{feff}');
    let file: EnrolmentFile = serde_json::from_str(text).map_err(|_| SyncError::BadFile)?;
    if file.format != "sohoi-enrolment" || file.version != 1 {
        return Err(SyncError::BadFile);
    }
    Ok(Enrolling {
        hub_key: Some(from_hex(&file.hub_key).ok_or(SyncError::BadFile)?),
        hub_url: file.hub_url,
        code: file.code,
        roots: file.roots,
        unit: Some((file.unit_code, file.unit_valid_from)),
    })
}

impl Enrolling {
    /// Asks the hub; the code is used up by a good answer.
    ///
    /// # Errors
    /// [`SyncError::OtherUnit`] before anything is sent when the file is for another commune,
    /// [`SyncError::OtherHub`] when the answer comes from another hub than the file's.
    pub async fn enrol(
        &self,
        identity: &Identity,
        officers: &[(u32, String)],
        unit: &UnitKey,
        now_ms: i64,
    ) -> Result<(EnrolmentRow, String), SyncError> {
        let own = (unit.code.clone(), unit.valid_from.to_string());
        if self.unit.as_ref().is_some_and(|wanted| *wanted != own) {
            return Err(SyncError::OtherUnit);
        }
        let signer = Signer::new(&identity.device_secret);
        let device = identity.device.to_string();
        let code = self.code.trim().to_uppercase();
        let signature =
            signer.sign(CONTEXT, &[code.as_bytes(), device.as_bytes(), unit.to_string().as_bytes()]);
        let request = EnrolReq {
            code,
            device,
            public_key: to_hex(&signer.public_key()),
            signature: to_hex(&signature),
            unit_code: own.0,
            unit_valid_from: own.1,
            card: to_hex(&card(identity, &signer, officers)?),
        };
        let answer = self.ask(&request).await?;
        let hub_key = from_hex(&answer.hub_key).ok_or(SyncError::Protocol)?;
        if self.hub_key.is_some_and(|pinned| pinned != hub_key) {
            return Err(SyncError::OtherHub);
        }
        let row = EnrolmentRow {
            hub_url: self.hub_url.trim_end_matches('/').to_string(),
            hub_key,
            token: answer.token,
            province: answer.hub_id,
            hub_epoch: answer.epoch,
            enrolled_at_ms: now_ms,
        };
        Ok((row, answer.unit_name))
    }

    async fn ask(&self, request: &EnrolReq) -> Result<EnrolRes, SyncError> {
        let carrier = Carrier::new(&self.roots)?;
        let url = format!("{}/v1/enrol", self.hub_url.trim_end_matches('/'));
        let sending = carrier.client().post(url).json(request).timeout(std::time::Duration::from_secs(60));
        answered(sending.send().await.map_err(SyncError::of_request)?).await
    }
}

pub(crate) fn card(
    identity: &Identity,
    signer: &Signer,
    officers: &[(u32, String)],
) -> Result<Vec<u8>, SyncError> {
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce).expect("the system gives random bytes");
    let officer = |(number, name): &(u32, String)| Officer { number: *number, name: name.clone() };
    let card = Card { officers: officers.iter().take(OFFICERS).map(officer).collect() };
    card.seal(&identity.commune_key, &signer.public_key(), nonce).ok_or(SyncError::BadFile)
}
