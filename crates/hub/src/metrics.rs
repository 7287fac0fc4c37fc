//! Counters since the program started, in Prometheus' text form.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is so now, beside what was counted.
pub struct Gauges {
    pub n_behind: u64,
    pub n_spoilt: u64,
}

impl Gauges {
    fn lines(&self) -> [(&'static str, &'static str, u64); 2] {
        [
            ("sohoi_hub_batches_behind", "Batches that were taken and are not summed up yet.", self.n_behind),
            (
                "sohoi_hub_batches_spoilt",
                "Batches that cannot be read any more and that figures are without.",
                self.n_spoilt,
            ),
        ]
    }
}

macro_rules! counters {
    ($($field:ident: $name:literal, $help:literal;)+) => {
        #[derive(Debug, Default)]
        pub struct Metrics { $(pub $field: Counter),+ }

        impl Metrics {
            pub fn text(&self, now: &Gauges) -> String {
                let mut out = String::new();
                $(
                    let _ = writeln!(out, concat!("# HELP ", $name, " ", $help));
                    let _ = writeln!(out, concat!("# TYPE ", $name, " counter"));
                    let _ = writeln!(out, concat!($name, " {}"), self.$field.get());
                )+
                for (name, help, value) in now.lines() {
                    let _ = writeln!(out, "# HELP {name} {help}");
                    let _ = writeln!(out, "# TYPE {name} gauge");
                    let _ = writeln!(out, "{name} {value}");
                }
                out
            }
        }
    };
}

#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

counters! {
    n_syncs: "sohoi_hub_syncs_total", "Sync requests that began.";
    n_batches: "sohoi_hub_batches_accepted_total", "Batches made durable.";
    n_differences: "sohoi_hub_differences_total", "Syncs at whose end a device and the hub had counted other changes.";
    n_changes: "sohoi_hub_changes_accepted_total", "Changes in these batches.";
    n_bytes: "sohoi_hub_batch_bytes_accepted_total", "Bytes of these batches.";
    n_replayed: "sohoi_hub_batches_replayed_total", "Batches that were here already and got their receipt again.";
    n_refused: "sohoi_hub_sync_refused_total", "Sync conversations that ended with a refusal.";
    n_enrolled: "sohoi_hub_devices_enrolled_total", "Devices that used a code.";
    n_signed_in: "sohoi_hub_sign_ins_total", "Sessions that were opened.";
    n_sign_in_failed: "sohoi_hub_sign_ins_failed_total", "Attempts with a wrong name or password.";
    n_figures: "sohoi_hub_figures_total", "Answers with figures.";
}
