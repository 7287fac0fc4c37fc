//! What concerns two records that became one: an admission that was written down twice, once for each of the two,
//! is one as well. Otherwise a woman who was entered twice would go on counting twice as a member.

use std::collections::BTreeSet;

use sohoi_domain::alike::is_alike;
use sohoi_domain::catalogue::{Catalogue, Kind};
use sohoi_domain::{FieldNum, Fields, KindNum, RecordId, Value};

use super::Writer;
use crate::error::StoreError;
use crate::project::Row;
use crate::read::View;

// Records that are about another one: the catalogue takes two of them for one only when that one is the same.
fn kinds_about(catalogue: &Catalogue, kind: KindNum) -> Vec<(&Kind, FieldNum)> {
    let about = catalogue.kind_by_num(kind).map_or("", |kind| &kind.id);
    let of = |kind: &'_ Kind| {
        let mut likeness = kind.likeness.iter().filter_map(|id| kind.field(id));
        Some(likeness.find(|field| field.required && field.ref_kind.as_deref() == Some(about))?.num)
    };
    catalogue.kinds.iter().filter_map(|kind| Some((kind, of(kind)?))).collect()
}

struct About {
    id: RecordId,
    /// Whom it names.
    of: RecordId,
    fields: Fields,
}

impl Writer<'_> {
    /// Makes one of those that are alike now that `kept` stands for others too, of each of them one at most.
    pub(super) fn merge_connected(&mut self, kept: RecordId, kind: KindNum) -> Result<(), StoreError> {
        let catalogue = self.core.catalogue.clone();
        let view = self.view();
        let mut group = view.group([kept])?.given_way(kept);
        group.push(kept);
        for (kind, num) in kinds_about(&catalogue, kind) {
            let mut found = view.about((kind, num), &group, kept)?;
            // What names the kept one stays.
            found.sort_by_key(|one| (one.of != kept, one.id));
            let mut left: Vec<About> = Vec::new();
            for one in found {
                let is_same =
                    |other: &&About| other.of != one.of && is_alike(kind, &other.fields, &one.fields);
                match left.iter().find(is_same).map(|other| other.id) {
                    Some(other) => self.merge_records(one.id, other)?,
                    None => left.push(one),
                }
            }
        }
        Ok(())
    }

    /// Has those stand for themselves again that are about two different records of what was a group.
    pub(super) fn part_connected(
        &mut self,
        kind: KindNum,
        group: &BTreeSet<RecordId>,
    ) -> Result<(), StoreError> {
        let catalogue = self.core.catalogue.clone();
        let view = self.view();
        let kinds = kinds_about(&catalogue, kind);
        for id in view.given_way_anywhere()? {
            let Some(one) = view.kept_by_id(id)? else { continue };
            let Some(other) = one.row.state.same_as().map(|to| view.kept_by_id(to)).transpose()?.flatten()
            else {
                continue;
            };
            let Some((_, num)) = kinds.iter().find(|(kind, _)| kind.num == one.row.state.kind) else {
                continue;
            };
            let of = |row: &Row| {
                row.state.fields.get(num).and_then(Value::as_ref_id).filter(|id| group.contains(id))
            };
            if let (Some(one), Some(other)) = (of(&one.row), of(&other.row))
                && view.shown_id(one)? != view.shown_id(other)?
            {
                self.part(id)?;
            }
        }
        Ok(())
    }
}

impl View<'_> {
    // Listed records of a kind that name one of a group in a field, as if they named `kept`.
    fn about(
        &self,
        (kind, num): (&Kind, FieldNum),
        group: &[RecordId],
        kept: RecordId,
    ) -> Result<Vec<About>, StoreError> {
        // Two records become one rarely, so that the records of a kind may be looked through.
        let sql = "SELECT id FROM record WHERE kind = ?1 AND hidden = 0 AND instr(body, ?2) > 0 ORDER BY id";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut found = Vec::new();
        for of in group {
            let ids = statement.query_map((kind.num.0, of.to_string()), |row| row.get(0))?;
            for id in ids.collect::<Result<Vec<i64>, _>>()? {
                let record = self.kept(id)?.ok_or(StoreError::Damaged)?;
                let mut fields = self.shape(&record)?.state.fields;
                if fields.get(&num) == Some(&Value::Ref(*of)) {
                    fields.insert(num, Value::Ref(kept));
                    found.push(About { id: record.row.state.id, of: *of, fields });
                }
            }
        }
        Ok(found)
    }
}
