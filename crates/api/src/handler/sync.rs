use std::path::Path;

use sohoi_app::sync::{EnrolChoice, KEPT_RUNS, News, Report, RunRow, State, Traffic};
use sohoi_app::{AppError, RecordId};

use super::{Answer, file_name, small};
use crate::dto::Nothing;
use crate::dto::sync::*;
use crate::{Api, convert};

pub fn enrol(api: &Api, req: EnrolReq) -> Answer<EnrolRes> {
    let choice = match (req.file, req.hub_url, req.code) {
        (Some(text), _, _) => EnrolChoice::File(text),
        (None, Some(hub_url), Some(code)) => EnrolChoice::Code { hub_url, code },
        _ => return Err(AppError::BadRequest("file")),
    };
    let enrolled = api.app().enrol(choice)?;
    Ok(EnrolRes { hub: enrolled.hub_url, unit: enrolled.unit_name })
}

pub fn sync_status(api: &Api, _: Nothing) -> Answer<SyncStatusRes> {
    let status = api.app().status()?;
    Ok(SyncStatusRes {
        hub: status.hub_url,
        n_own_changes: status.n_own_changes,
        n_unsent: status.n_unsent,
        n_receipted: status.n_receipted,
        n_photos_unsent: small(status.photos.unsent),
        photo_bytes_unsent: status.photos.unsent_bytes as f64,
        n_photos_lacking: small(status.photos.lacking),
        n_conflicts: status.n_conflicts,
        last_receipt_at_ms: status.receipts.first().map(|receipt| convert::ms(receipt.at_ms)),
        n_for_newer_program: status.n_for_newer_program,
        catalogue: status.catalogue,
        behind_catalogue: status.is_behind_catalogue,
        running: api.app().sync_is_running(),
        renewed_at_ms: status.renewed_at_ms.map(convert::ms),
        receipts: status
            .receipts
            .iter()
            .map(|receipt| ReceiptDto {
                number: receipt.number.clone(),
                first_seq: small(receipt.first_seq),
                n_changes: receipt.count,
                at_ms: convert::ms(receipt.at_ms),
            })
            .collect(),
    })
}

pub fn sync_start(api: &Api, _: Nothing) -> Answer<SyncRes> {
    Ok(told(api.app().sync(&|news| hear(api, &news))?))
}

fn hear(api: &Api, news: &News) {
    let (traffic, moved) = match news {
        News::Traffic(traffic) => (*traffic, Vec::new()),
        News::Moved(moved) => (Traffic::default(), moved.iter().map(MovedDto::of).collect()),
    };
    let stage = match traffic {
        _ if traffic.is_applying => "checking",
        _ if traffic.is_waiting => "waiting",
        // What the system has taken may still lie in this PC: it is on its way until the hub has signed for it.
        _ if traffic.bytes_sent < traffic.bytes_total => "sending",
        _ if traffic.n_changes_confirmed < traffic.n_changes_total => "sending",
        _ => "receiving",
    };
    (api.on_progress)(SyncProgress {
        stage: stage.to_string(),
        bytes_sent: small(traffic.bytes_sent),
        bytes_total: small(traffic.bytes_total),
        n_changes_confirmed: small(traffic.n_changes_confirmed),
        n_changes_total: small(traffic.n_changes_total),
        moved,
    });
}

impl MovedDto {
    fn of((from, to): (&RecordId, &RecordId)) -> MovedDto {
        MovedDto { from: from.to_string(), to: to.to_string() }
    }
}

fn told(report: Report) -> SyncRes {
    SyncRes {
        outcome: match report.state {
            State::UpToDate => SyncOutcome::UpToDate,
            State::Partial => SyncOutcome::Partial,
            State::Offline => SyncOutcome::Offline,
            State::Cancelled => SyncOutcome::Cancelled,
        },
        n_changes_sent: small(report.n_changes),
        n_batches_sent: report.n_batches,
        bytes_sent: small(report.traffic.bytes_sent),
        bytes_received: small(report.traffic.bytes_received),
        n_batches_pulled: report.n_pulled,
        n_bulletins: report.n_bulletins,
        n_strangers: report.n_strangers,
        n_unreadable: report.n_unreadable,
        n_unsent: report.n_unsent,
        n_photos_unsent: report.n_photos_unsent,
        problem: report.problem,
        incident: report.incident,
        receipt: report.receipt.map(|receipt| receipt.number),
    }
}

pub fn sync_waiting(api: &Api, _: Nothing) -> Answer<SyncWaitingRes> {
    let waiting = api.app().sync_waiting()?;
    let catalogue = api.app().catalogue();
    let mut kinds: Vec<WaitingKindDto> = Vec::new();
    for row in &waiting.kinds {
        let kind = catalogue.kind_by_num(row.kind).map(|kind| kind.id.clone());
        let (n_new, n_edited, n_erased) = (small(row.n_new), small(row.n_edited), small(row.n_erased));
        // What the program itself writes is of several kinds, and one line.
        match kinds.iter_mut().find(|one| one.kind == kind) {
            Some(own) => {
                own.n_new += n_new;
                own.n_edited += n_edited;
                own.n_erased += n_erased;
            }
            None => kinds.push(WaitingKindDto { kind, n_new, n_edited, n_erased }),
        }
    }
    Ok(SyncWaitingRes { kinds, n_bytes: waiting.weight.n_bytes as f64, reckoned: waiting.weight.is_reckoned })
}

pub fn sync_history(api: &Api, req: SyncHistoryReq) -> Answer<SyncHistoryRes> {
    let runs = api.app().sync_history(req.limit)?.into_iter().map(run).collect();
    Ok(SyncHistoryRes { runs, n_kept: KEPT_RUNS })
}

fn run(row: RunRow) -> SyncRunDto {
    let (code, incident) = row.problem.map(|problem| (problem.code, problem.incident)).unzip();
    let (receipt, received_at_ms) = row.receipt.map(|one| (one.number, convert::ms(one.at_ms))).unzip();
    SyncRunDto {
        way: row.way.name().to_string(),
        ended_at_ms: convert::ms(row.ended_at_ms),
        outcome: row.outcome.name().to_string(),
        problem: code,
        incident,
        n_changes_sent: small(row.n_changes_sent),
        n_photos_sent: row.n_photos_sent,
        bytes_sent: row.bytes_sent as f64,
        n_batches_pulled: row.n_batches_pulled,
        n_photos_pulled: row.n_photos_pulled,
        n_bulletins: row.n_bulletins,
        bytes_received: row.bytes_received as f64,
        n_unsent: row.n_unsent,
        file: row.file,
        stick: row.stick.map(|stick| RunStickDto { name: stick.name, letter: stick.letter }),
        n_receipts: row.n_receipts,
        receipt,
        received_at_ms,
    }
}

pub fn bundle_places(api: &Api, req: BundlePlacesReq) -> Answer<BundlePlacesRes> {
    let places = api.app().bundle_places(req.folder.as_deref().map(Path::new))?;
    let sticks = places.sticks.into_iter().map(|stick| StickDto {
        name: stick.name,
        letter: stick.letter,
        path: stick.path.display().to_string(),
        n_bytes_free: stick.n_bytes_free as f64,
    });
    let answers = places.answers.into_iter().map(|answer| AnswerFileDto {
        name: file_name(&answer.path),
        path: answer.path.display().to_string(),
        number: answer.number,
        made_on: answer.made_on.to_string(),
        is_known: answer.is_known,
    });
    Ok(BundlePlacesRes { sticks: sticks.collect(), answers: answers.collect() })
}

pub fn bundle_out(api: &Api, req: BundleOutReq) -> Answer<BundleOutRes> {
    // With a separator at its end: a folder that is not there must not become a file's name.
    let written = api.app().bundle_out(&Path::new(&req.folder).join(""))?.written;
    Ok(BundleOutRes {
        name: file_name(&written.file),
        file: written.file.display().to_string(),
        number: written.number,
        n_changes: small(written.n_changes),
        n_batches: written.n_batches,
        n_bytes: written.n_bytes as f64,
    })
}

pub fn bundle_cancel(api: &Api, _: Nothing) -> Answer<Nothing> {
    api.app().bundle_cancel();
    Ok(Nothing {})
}

pub fn bundle_in(api: &Api, req: BundleInReq) -> Answer<SyncRes> {
    Ok(told(api.app().bundle_in(Path::new(&req.path), &|news| hear(api, &news))?))
}

pub fn sync_cancel(api: &Api, _: Nothing) -> Answer<Nothing> {
    api.app().sync_cancel();
    Ok(Nothing {})
}
