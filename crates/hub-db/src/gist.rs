//! What the log keeps of a batch beside its bytes, found out before anybody waits for the database.

use std::collections::BTreeSet;

use sohoi_domain::change::Erasure;
use sohoi_domain::photo::{MOST, PhotoId};
use sohoi_domain::{Catalogue, Change, DeviceId, FieldNum, KindNum, Op, RecordId};
use sohoi_protocol::KindSums;
use sohoi_protocol::batch::ChangeView;

#[derive(Clone, Debug, Default)]
pub struct Gist {
    /// Whose numbers its records bear.
    pub numbered_by: BTreeSet<DeviceId>,
    pub sums: KindSums,
    /// What it says of photos, in its order.
    pub photos: Vec<Said>,
}

/// What a change says of photos.
#[derive(Clone, Debug)]
pub enum Said {
    Names {
        record: RecordId,
        photos: Vec<PhotoId>,
        /// True when they come sealed.
        sealed: bool,
    },
    Destroys(RecordId),
}

impl Gist {
    pub fn of(catalogue: &Catalogue, changes: &[ChangeView]) -> Gist {
        let with_photos: Vec<(KindNum, FieldNum)> =
            catalogue.kinds.iter().filter_map(|kind| Some((kind.num, kind.photos()?.num))).collect();
        // Few do, and only those are taken out of the batch.
        let may_say = |change: &&ChangeView| {
            let field = with_photos.iter().find(|(kind, _)| *kind == change.kind);
            field.is_some_and(|(_, num)| change.op == Op::Erase || change.field(*num).is_some())
        };
        let may_say = changes.iter().filter(may_say);
        Gist {
            numbered_by: changes.iter().map(|change| change.record.device).collect(),
            sums: KindSums::of_views(changes.iter().copied(), None),
            photos: may_say.filter_map(|change| said_of(catalogue, &change.to_change())).collect(),
        }
    }
}

/// What changes say of photos, in their order.
pub fn said(catalogue: &Catalogue, changes: &[Change]) -> Vec<Said> {
    changes.iter().filter_map(|change| said_of(catalogue, change)).collect()
}

fn said_of(catalogue: &Catalogue, change: &Change) -> Option<Said> {
    let kind = catalogue.kind_by_num(change.kind).filter(|kind| kind.photos().is_some())?;
    let record = change.record;
    match change.op {
        Op::Create | Op::Patch => {
            let fields = change.fields.iter().filter_map(|(num, value)| Some((num, value.as_ref()?)));
            let mut photos = catalogue.photos_named(kind, fields);
            photos.truncate(MOST);
            let sealed = catalogue.seals_photos(kind);
            (!photos.is_empty()).then_some(Said::Names { record, photos, sealed })
        }
        Op::Erase if Erasure::of(catalogue, change.kind) == Erasure::Destroys => Some(Said::Destroys(record)),
        Op::Erase | Op::Restore => None,
    }
}
