//! What the catalogue says of how changes of a kind merge: what an erase does, and which codes of a field are
//! further on than others.

use std::collections::BTreeMap;

use super::Write;
use crate::catalogue::Catalogue;
use crate::hlc::Hlc;
use crate::value::{FieldNum, KindNum, Value};

/// Of fields whose list is a workflow, how far each code is.
pub type Ranks = BTreeMap<FieldNum, BTreeMap<String, u8>>;

/// What an erase does to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// It can be restored, and an edit that the erase did not see survives it.
    Hides,
    /// The content was personal and is gone, also what arrives for it later.
    Destroys,
}

impl Erasure {
    /// A kind of a newer catalogue may hold names, so it is treated as if it did.
    pub fn of(catalogue: &Catalogue, kind: KindNum) -> Erasure {
        match catalogue.kind_by_num(kind) {
            Some(kind) if !kind.has_personal() => Erasure::Hides,
            _ => Erasure::Destroys,
        }
    }
}

/// By which changes of one kind are merged. The same changes under the same terms give the same record.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub erasure: Erasure,
    ranks: &'a Ranks,
}

static NO_RANKS: Ranks = Ranks::new();

impl From<Erasure> for Terms<'static> {
    fn from(erasure: Erasure) -> Terms<'static> {
        Terms { erasure, ranks: &NO_RANKS }
    }
}

impl<'a> Terms<'a> {
    pub fn of(catalogue: &'a Catalogue, kind: KindNum) -> Terms<'a> {
        let ranks = catalogue.kind_by_num(kind).map_or(&NO_RANKS, |kind| &kind.ranks);
        Terms { erasure: Erasure::of(catalogue, kind), ranks }
    }

    pub fn ranked(self, ranks: &'a Ranks) -> Terms<'a> {
        Terms { ranks, ..self }
    }

    /// Which of the writes of a field that did not see each other shows: the one that is further on, and of
    /// those as far the newest. A code that the list lacks, and none at all, is behind all that it has.
    pub(super) fn order(&self, num: FieldNum, Write(hlc, value): &Write) -> (Option<u8>, Hlc) {
        let codes = self.ranks.get(&num);
        let code = value.as_ref().and_then(Value::as_code);
        (codes.zip(code).and_then(|(codes, code)| codes.get(code).copied()), *hlc)
    }
}
