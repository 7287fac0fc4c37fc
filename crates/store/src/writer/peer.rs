//! The commune's other PCs: who they are, and where their batches go on.

use rusqlite::params;
use sohoi_domain::change::Change;

use super::Writer;
use crate::db::signed;
use crate::error::{Fault, StoreError};
use crate::read::meta;
use crate::row::PeerRow;
use crate::slot::commune::CommuneCode;

impl Writer<'_> {
    /// Puts the commune's secret in the place of this PC's own.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) fn set_commune_code(&mut self, code: &CommuneCode) -> Result<(), StoreError> {
        meta::set(self.conn, meta::COMMUNE_CODE, &code.to_string())
    }

    /// Meets another PC of the commune, or learns its officers' names anew.
    ///
    /// # Errors
    /// What the database says.
    pub fn meet_peer(&mut self, peer: &PeerRow, officers: &[(u32, String)]) -> Result<(), StoreError> {
        let device = signed(peer.device.0);
        let sql = "INSERT INTO peer (device, public_key, next_seq, chain) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (device) DO NOTHING";
        let peer_values = params![device, peer.public_key, signed(peer.next_seq), peer.chain];
        self.conn.prepare_cached(sql)?.execute(peer_values)?;
        let sql = "INSERT INTO officer (device, number, name, since_ms) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (device, number) DO UPDATE SET name = excluded.name";
        for (number, name) in officers {
            self.conn.prepare_cached(sql)?.execute(params![device, number, name, self.now_ms])?;
        }
        Ok(())
    }

    /// Takes a batch of another PC whose signature and place were checked: all of its changes, or none.
    ///
    /// # Errors
    /// [`Fault::ChangeOrder`] when it does not follow on what is here of that PC, and as
    /// [`Writer::apply_remote`].
    pub fn take_batch(&mut self, after: &PeerRow, changes: &[Change]) -> Result<(), StoreError> {
        for change in changes {
            self.apply_remote(change, after.device)?;
        }
        let sql = "UPDATE peer SET next_seq = ?2, chain = ?3 WHERE device = ?1 AND next_seq = ?4";
        let first = after.next_seq - changes.len() as u64;
        let values = params![signed(after.device.0), signed(after.next_seq), after.chain, signed(first)];
        if self.conn.prepare_cached(sql)?.execute(values)? != 1 {
            return Err(StoreError::Fault(Fault::ChangeOrder));
        }
        Ok(())
    }
}
