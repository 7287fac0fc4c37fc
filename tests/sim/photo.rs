//! Photos of records: added on a PC, sent last, and where they must be in the end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use sohoi_domain::photo::{Photo, PhotoId};
use sohoi_domain::{Catalogue, UnitKey};
use sohoi_protocol::photo;
use sohoi_store::{Operation, Writer};
use sohoi_testkit::Random;

use super::form::{code, fields};
use super::pc::Pc;
use super::province::Province;

/// What each photo is, for a look at all places in the end.
pub type Album = BTreeMap<PhotoId, Vec<u8>>;

/// Some bytes, of which each picture has others.
fn picture(random: &mut Random) -> Photo {
    let n = 20 + random.below(3_000);
    let jpeg = (0..n).map(|_| random.draw().to_le_bytes()[0]).collect();
    Photo { jpeg, width: 4, height: 3, place: None }
}

/// About a donor, so that its photos are sealed, or about nobody.
fn record(catalogue: &Catalogue, is_about_a_person: bool) -> (&'static str, Json) {
    let code = |list: &str| code(catalogue, list);
    if is_about_a_person {
        let gift = json!({"mobilised_on": "2026-03-08", "source": code("funding_source"), "form": "cash",
            "purpose": code("resource_purpose"), "amount_vnd": 2_000_000});
        return ("resource_mobilisation", gift);
    }
    ("propaganda_activity", sohoi_tests::activity("Buổi có ảnh"))
}

/// A new record with a photo of its own.
pub fn take_one(pc: &mut Pc, album: &mut Album, random: &mut Random) {
    let (now_ms, unit) = (pc.now_ms(), pc.unit().clone());
    let register = pc.register();
    let catalogue = register.catalogue().clone();
    let (kind, mut json) = record(&catalogue, random.below(2) == 0);
    let picture = picture(random);
    let content = match catalogue.seals_photos(catalogue.kind(kind).expect("a kind")) {
        true => photo::sealed_content(&picture, &register.identity().commune_key),
        false => photo::open_content(&picture),
    };
    let id = photo::id(&content);
    register.transact(Operation::PhotoAdd, now_ms, |w| w.add_photo(id, &content)).expect("a photo");
    json["photos"] = json!([id.to_string()]);
    let fields = fields(&catalogue, kind, &json);
    let add = |w: &mut Writer| w.create_record(kind, unit, fields).map(|_| ());
    register.transact(Operation::RecordAdd, now_ms, add).expect("a record with a photo");
    album.insert(id, content);
}

/// Photos that the hub has lost while it still has the batches that name them: nobody tells it of those again.
pub fn forgotten(province: &Province<'_>, unit: &UnitKey, album: &Album) -> BTreeSet<PhotoId> {
    let ids: Vec<PhotoId> = album.keys().copied().collect();
    province.hub().db.photos(unit, &ids).expect("a read").lacking.into_iter().collect()
}

/// Photos that records which were not erased name.
fn named(pc: &mut Pc) -> BTreeSet<PhotoId> {
    let ids = pc.records();
    let register = pc.register();
    let catalogue = register.catalogue().clone();
    let of = |id| {
        let state = register.record(id).expect("a read").expect("it is listed").state;
        let kind = catalogue.kind_by_num(state.kind).filter(|_| !state.erased);
        kind.map(|kind| catalogue.photos_named(kind, state.fields.iter())).unwrap_or_default()
    };
    ids.into_iter().flat_map(of).collect()
}

/// What is not as it must be of the photos of a commune's PCs, in words.
pub fn odd(
    pcs: &mut [Pc],
    province: &Province<'_>,
    album: &Album,
    forgotten: &BTreeSet<PhotoId>,
) -> Vec<String> {
    let mut odd = Vec::new();
    let unit = pcs[0].unit().clone();
    let named = named(&mut pcs[0]);
    let at_hub = |id: PhotoId| province.hub().db.photo(&unit, id).expect("a read");
    for id in &named {
        let contents: Vec<Option<Vec<u8>>> = pcs
            .iter_mut()
            .map(|pc| pc.register().photo(*id).expect("a read").and_then(|row| row.content))
            .collect();
        if contents.iter().all(Option::is_none) || forgotten.contains(id) {
            continue;
        }
        if at_hub(*id).as_ref() != album.get(id) {
            odd.push(format!("{id} is not at the hub"));
        }
        for (pc, content) in
            pcs.iter().zip(&contents).filter(|(_, content)| content.as_ref() != album.get(id))
        {
            odd.push(format!("{} has {} bytes of {id}", pc.name, content.as_ref().map_or(0, Vec::len)));
        }
    }
    for pc in pcs {
        for id in album.keys() {
            let is_received = pc.register().photo(*id).expect("a read").is_some_and(|row| row.received);
            if is_received && !pc.told.contains(id) {
                odd.push(format!("{} counts {id} as received, and nobody said so", pc.name));
            }
            if is_received && named.contains(id) && at_hub(*id).is_none() && !forgotten.contains(id) {
                odd.push(format!("{} counts {id} as received, and the hub has it not", pc.name));
            }
        }
    }
    odd
}
