//! A second PC of the commune: the secret that both share.

use sohoi_domain::UnitKey;

use super::Register;
use crate::error::StoreError;
use crate::read::meta;
use crate::slot::commune::CommuneCode;
use crate::transact::Operation;

impl Register {
    /// The commune's secret, to be read out to another PC. Whoever has it reads what is sealed.
    ///
    /// # Errors
    /// What the database says.
    pub fn commune_code(&self) -> Result<CommuneCode, StoreError> {
        let code: String = meta::get(&self.conn, meta::COMMUNE_CODE)?.ok_or(StoreError::Damaged)?;
        CommuneCode::parse(&code, &self.core.unit).map_err(|_| StoreError::Damaged)
    }

    /// Takes over the secret of the commune's first PC. Taking the same again changes nothing.
    ///
    /// What was sealed or made a pseudonym under the old secret could never be matched with the others', so
    /// this is for a PC that has neither met its hub nor written down a person, nor sealed a photo.
    ///
    /// # Errors
    /// [`StoreError::WrongCommuneCode`], [`StoreError::TooLateToPair`].
    pub fn join_commune(&mut self, typed: &str, now_ms: i64) -> Result<(), StoreError> {
        let code = parse(typed, &self.core.unit)?;
        if code == self.commune_code()? {
            return Ok(());
        }
        if self.enrolment()?.is_some() || self.has_personal_changes()? {
            return Err(StoreError::TooLateToPair);
        }
        self.transact(Operation::CommuneJoin, now_ms, |writer| writer.set_commune_code(&code))?;
        self.core.identity.commune_key = code.key();
        Ok(())
    }

    fn has_personal_changes(&self) -> Result<bool, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT DISTINCT kind FROM change")?;
        let kinds = statement.query_map([], |row| row.get::<_, u16>(0))?.collect::<Result<Vec<_>, _>>()?;
        let catalogue = &self.core.catalogue;
        let is_personal = |num: u16| {
            let kind = catalogue.kinds.iter().find(|kind| kind.num.0 == num);
            kind.is_none_or(|kind| kind.has_personal())
        };
        Ok(kinds.into_iter().any(is_personal) || self.view().has_sealed_photos()?)
    }
}

fn parse(typed: &str, unit: &UnitKey) -> Result<CommuneCode, StoreError> {
    CommuneCode::parse(typed, unit).map_err(|_| StoreError::WrongCommuneCode)
}
