//! The lists that a batch must hold for its changes: codes of a column, references in lines, devices. A reader
//! takes so many in one list and no more, so a run of changes ends where the next one would not fit.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::{Change, DeviceId, FieldNum, KindNum, RecordId, Value};

use crate::limits;

// Kind, field, and column of lines.
type Place = (KindNum, FieldNum, Option<FieldNum>);

#[derive(Default)]
pub(super) struct Lists<'a> {
    codes: BTreeMap<Place, BTreeSet<&'a str>>,
    refs: BTreeMap<Place, BTreeSet<RecordId>>,
    devices: BTreeSet<DeviceId>,
    code_bytes: usize,
}

impl<'a> Lists<'a> {
    /// Takes in what a change names. False when a list has become longer than a reader takes.
    pub fn add(&mut self, change: &'a Change) -> bool {
        self.devices.insert(change.record.device);
        self.devices.extend(change.replaces.values().flatten().map(|version| version.device));
        let values = change.fields.iter().filter_map(|(num, value)| Some((*num, value.as_ref()?)));
        // All of them, so that one is not left out behind another that is too long.
        let fits = values.map(|(num, value)| self.add_value((change.kind, num, None), value));
        let fits: Vec<bool> = fits.collect();
        fits.iter().all(|fits| *fits) && self.devices.len() <= limits::BATCH_CHANGES
    }

    /// Bytes of all codes, each once a list.
    pub fn code_bytes(&self) -> usize {
        self.code_bytes
    }

    fn add_value(&mut self, place: Place, value: &'a Value) -> bool {
        match value {
            Value::Code(code) => self.add_codes(place, std::slice::from_ref(code)),
            Value::Codes(codes) => self.add_codes(place, codes),
            Value::Ref(id) => {
                self.devices.insert(id.device);
                let refs = self.refs.entry(place).or_default();
                refs.insert(*id);
                refs.len() <= limits::BATCH_CHANGES
            }
            Value::Lines(lines) => {
                let cells = lines.iter().flatten();
                let fits = cells.map(|(num, value)| self.add_value((place.0, place.1, Some(*num)), value));
                fits.fold(true, |all, one| all & one)
            }
            Value::Text(_) | Value::Int(_) | Value::Day(_) | Value::Bool(_) | Value::Pseudonym(_) => true,
        }
    }

    fn add_codes(&mut self, place: Place, codes: &'a [String]) -> bool {
        let list = self.codes.entry(place).or_default();
        for code in codes {
            self.code_bytes += if list.insert(code) { code.len() } else { 0 };
        }
        list.len() <= limits::BATCH_CHANGES
    }
}
