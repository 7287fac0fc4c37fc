//! What every handler and command works with.

use std::collections::BTreeSet;
use std::sync::Arc;

use sohoi_domain::catalogue::Pack;
use sohoi_domain::{Catalogue, DeviceId, UnitKey};
use sohoi_hub_db::{HubDb, HubRow};
use sohoi_protocol::sign::Signer;

use crate::arenas::Arenas;
use crate::beginnings::Beginnings;
use crate::clock::Clock;
use crate::error::HubError;
use crate::metrics::Metrics;
use crate::projector::Bell;

/// One hub over one database.
pub struct Hub {
    pub db: Arc<dyn HubDb>,
    pub catalogue: Arc<Catalogue>,
    pub row: HubRow,
    pub signer: Signer,
    pub clock: Clock,
    pub metrics: Arc<Metrics>,
    pub(crate) beginnings: Arc<Beginnings>,
    /// Rung when a batch was taken.
    pub bell: Arc<Bell>,
    pub(crate) arenas: Arenas,
    /// The files that the catalogue was made of.
    pub pack: Pack,
    /// Newest of the bulletins that it was made of; 0 when it is the program's own.
    pub release: u64,
}

impl Hub {
    /// # Errors
    /// When the database has no hub yet.
    pub fn new(db: Arc<dyn HubDb>, catalogue: Arc<Catalogue>, clock: Clock) -> Result<Hub, HubError> {
        let row = db.hub()?;
        let signer = Signer::new(&row.secret_key);
        Ok(Hub {
            db,
            catalogue,
            row,
            signer,
            clock,
            metrics: Arc::default(),
            beginnings: Arc::default(),
            bell: Arc::default(),
            arenas: Arenas::default(),
            pack: Pack::embedded(),
            release: 0,
        })
    }

    /// Short form of the hub's key.
    pub fn id(&self) -> String {
        DeviceId::of_public_key(&self.signer.public_key()).to_string()
    }

    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    /// Units whose records a device of `unit` may write.
    pub fn scope(&self, unit: &UnitKey) -> BTreeSet<UnitKey> {
        sohoi_hub_db::scope(&self.catalogue.units, unit)
    }

    pub fn unit_name(&self, unit: &UnitKey) -> String {
        self.catalogue.units.get(unit).map(|unit| unit.name.clone()).unwrap_or_default()
    }
}

/// Conversations and questions that wait for the disk at a time; others wait for their turn. Twice what one commit
/// takes along, so that there is always a next one; more would only take memory from each other.
pub const BLOCKING_THREADS: usize = 64;

/// Runs what waits for the disk where waiting is allowed.
///
/// # Errors
/// Those of `act`.
pub async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, HubError> + Send + 'static,
) -> Result<T, HubError> {
    tokio::task::spawn_blocking(act).await.map_err(|_| HubError::Task)?
}
