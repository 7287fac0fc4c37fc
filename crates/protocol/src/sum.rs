//! What both sides see of a device's changes, as a count and a digest for each kind: the check that closes a sync.
//!
//! Every byte here is fixed by `docs/protocol.md`, section *The sums*: a second program must come to the same.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use sohoi_domain::change::{Change, Version};
use sohoi_domain::{FieldNum, KindNum, Op};

use crate::batch::{Arena, ChangeView, LineView, Privacy, ValueView};

const CONTEXT_CHANGE: &[u8] = b"sohoi change 1";
const CONTEXT_SUMS: &[u8] = b"sohoi sums 1";

/// Of one kind: how many changes, and the sum of their hashes modulo 2^256, big end first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindSum {
    pub n_changes: u64,
    pub digest: [u8; 32],
}

impl KindSum {
    fn add(&mut self, other: &KindSum) {
        self.n_changes += other.n_changes;
        let mut carry = false;
        let (mine, _) = self.digest.as_chunks_mut::<8>();
        let (theirs, _) = other.digest.as_chunks::<8>();
        for (mine, theirs) in mine.iter_mut().zip(theirs).rev() {
            let (sum, is_over) = u64::from_be_bytes(*mine).overflowing_add(u64::from_be_bytes(*theirs));
            let (sum, is_over_too) = sum.overflowing_add(u64::from(carry));
            (*mine, carry) = (sum.to_be_bytes(), is_over || is_over_too);
        }
    }
}

/// Of all kinds together.
pub type SumsDigest = [u8; 16];

/// By number of the kind. In whatever order and portions changes are added, the same changes give the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindSums(pub BTreeMap<u16, KindSum>);

impl KindSums {
    /// Of what the hub reads of these changes. `privacy` says what of them it does not; none when nothing but
    /// that is there any more.
    pub fn of(changes: &[Change], privacy: Option<&dyn Privacy>) -> KindSums {
        let arena = Arena::default();
        KindSums::of_views(changes.iter().map(|change| ChangeView::of(change, &arena)), privacy)
    }

    /// As [`KindSums::of`], of changes that are still in their batch.
    pub fn of_views<'a>(
        changes: impl IntoIterator<Item = ChangeView<'a>>,
        privacy: Option<&dyn Privacy>,
    ) -> KindSums {
        let mut sums = KindSums::default();
        let mut said = Vec::new();
        for change in changes {
            said.clear();
            write(&mut said, &change, privacy);
            let one = KindSum { n_changes: 1, digest: Sha256::digest(&said).into() };
            sums.0.entry(change.kind.0).or_default().add(&one);
        }
        sums
    }

    pub fn add(&mut self, other: &KindSums) {
        for (kind, sum) in &other.0 {
            self.0.entry(*kind).or_default().add(sum);
        }
    }

    /// One hash for all kinds, cut to 16 bytes: it goes with every sync.
    pub fn digest(&self) -> SumsDigest {
        let mut hash = Sha256::new_with_prefix(CONTEXT_SUMS);
        for (kind, sum) in &self.0 {
            hash.update(kind.to_be_bytes());
            hash.update(sum.n_changes.to_be_bytes());
            hash.update(sum.digest);
        }
        let hash = hash.finalize();
        let mut digest = SumsDigest::default();
        digest.copy_from_slice(&hash[..size_of::<SumsDigest>()]);
        digest
    }

    /// The kinds of which the other has another sum.
    pub fn differing(&self, other: &KindSums) -> BTreeSet<u16> {
        let kinds = self.0.keys().chain(other.0.keys());
        kinds.filter(|kind| self.0.get(kind) != other.0.get(kind)).copied().collect()
    }
}

/// What of a change's fields the hub does not read.
struct Veil<'a> {
    kind: KindNum,
    privacy: Option<&'a dyn Privacy>,
}

impl Veil<'_> {
    fn hides(&self, field: FieldNum, column: Option<FieldNum>) -> bool {
        self.privacy.is_some_and(|privacy| privacy.is_personal(self.kind, field, column))
    }
}

fn write(out: &mut Vec<u8>, change: &ChangeView, privacy: Option<&dyn Privacy>) {
    let veil = Veil { kind: change.kind, privacy };
    out.extend(CONTEXT_CHANGE);
    out.extend(change.seq.to_be_bytes());
    out.extend(change.hlc.0.to_be_bytes());
    out.extend(change.author.to_be_bytes());
    out.extend(change.record.device.0.to_be_bytes());
    out.extend(change.record.n.to_be_bytes());
    out.extend(change.kind.0.to_be_bytes());
    out.push(match change.op {
        Op::Create => 0,
        Op::Patch => 1,
        Op::Erase => 2,
        Op::Restore => 3,
    });
    out.extend(change.catalogue.to_be_bytes());
    let unit = change.unit.map(|unit| (unit.code, unit.valid_from.number()));
    let (code, valid_from) = unit.unwrap_or_default();
    put_text(out, code);
    out.extend(valid_from.to_be_bytes());
    let open = || change.fields.iter().filter(|(field, _)| !veil.hides(*field, None));
    put_length(out, open().count());
    for (field, value) in open() {
        out.extend(field.0.to_be_bytes());
        match value {
            Some(value) => put_value(out, *value, &|column| veil.hides(*field, Some(column))),
            None => out.push(0),
        }
    }
    put_replaced(out, change, &veil);
}

fn put_replaced(out: &mut Vec<u8>, change: &ChangeView, veil: &Veil) {
    let open = change.replaces.iter().filter(|(field, _)| !veil.hides(*field, None));
    let mut replaced: Vec<(FieldNum, Version)> = open.copied().collect();
    replaced.sort_unstable();
    put_length(out, replaced.len());
    for (field, version) in replaced {
        out.extend(field.0.to_be_bytes());
        out.extend(version.device.0.to_be_bytes());
        out.extend(version.seq.to_be_bytes());
    }
}

// The numbers of the forms are those of columns.
fn put_value(out: &mut Vec<u8>, value: ValueView, hides: &dyn Fn(FieldNum) -> bool) {
    match value {
        ValueView::Int(n) => put(out, 1, n.to_be_bytes()),
        ValueView::Day(day) => put(out, 3, day.number().to_be_bytes()),
        ValueView::Bool(yes) => put(out, 4, [u8::from(yes)]),
        ValueView::Code(code) => {
            put_list(out, 5, code.len());
            out.extend_from_slice(code.as_bytes());
        }
        ValueView::Codes(codes) => {
            put_list(out, 6, codes.len());
            codes.iter().for_each(|code| put_text(out, code));
        }
        ValueView::Text(text) => {
            put_list(out, 7, text.len());
            out.extend_from_slice(text.as_bytes());
        }
        ValueView::Ref(id) => {
            put(out, 9, id.device.0.to_be_bytes());
            out.extend(id.n.to_be_bytes());
        }
        ValueView::Pseudonym(n) => put(out, 10, n.to_be_bytes()),
        ValueView::Lines(lines) => {
            put_list(out, 11, lines.len());
            lines.iter().for_each(|line| put_line(out, line, hides));
        }
    }
}

fn put_line(out: &mut Vec<u8>, line: LineView, hides: &dyn Fn(FieldNum) -> bool) {
    let open = || line.iter().filter(|(column, _)| !hides(*column));
    put_length(out, open().count());
    for (column, value) in open() {
        out.extend(column.0.to_be_bytes());
        put_value(out, *value, &|_| false);
    }
}

fn put<const N: usize>(out: &mut Vec<u8>, form: u8, content: [u8; N]) {
    out.reserve(1 + N);
    out.push(form);
    out.extend_from_slice(&content);
}

fn put_list(out: &mut Vec<u8>, form: u8, length: usize) {
    put(out, form, (length as u32).to_be_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend(text.as_bytes());
}

// Everything that is counted here stays far below the limits of a batch.
fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend((length as u32).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(n_changes: u64, last: u8, first: u8) -> KindSum {
        let mut digest = [0; 32];
        (digest[31], digest[0]) = (last, first);
        KindSum { n_changes, digest }
    }

    #[test]
    fn sums_carry_and_wrap_at_256_bits() {
        let mut one = KindSum { n_changes: 1, digest: [0xff; 32] };
        one.add(&sum(2, 3, 0));
        assert_eq!(one, sum(3, 2, 0));
        one.add(&sum(1, 0xff, 0x80));
        let mut carried = sum(4, 1, 0x80);
        carried.digest[30] = 1;
        assert_eq!(one, carried);
    }

    #[test]
    fn kinds_that_one_side_does_not_have_differ_too() {
        let of = |pairs: &[(u16, u64)]| KindSums(pairs.iter().map(|(k, n)| (*k, sum(*n, 1, 0))).collect());
        let (one, other) = (of(&[(1, 1), (2, 1), (3, 5)]), of(&[(1, 1), (3, 4), (9, 1)]));
        assert_eq!(one.differing(&other), BTreeSet::from([2, 3, 9]));
        assert_ne!(one.digest(), other.digest());
        assert!(one.differing(&one.clone()).is_empty());
    }
}
