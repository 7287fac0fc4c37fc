//! A province for a demonstration: the 152 communes of 2018, each with its register, recorded in and sent.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sohoi_domain::Catalogue;

use crate::Hub;
use crate::province::{self, DAY_OF_UNITS};

pub struct Demo {
    /// Of a hub that was made and is not served.
    pub hub_data: PathBuf,
    pub hub: PathBuf,
    /// Where the communes' registers go.
    pub home: PathBuf,
}

/// Communes that are worked on at a time.
const AT_ONCE: usize = 2;

/// Fills the hub; `told` hears how many communes of how many are done.
pub fn fill(demo: &Demo, told: &(dyn Fn(usize, usize) + Sync)) {
    let mut hub = Hub::over(demo.hub.clone(), demo.hub_data.clone());
    hub.serve();
    let plans = province::plan_2018(&Catalogue::embedded());
    let next = Mutex::new(plans.iter());
    let n_done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(plan) = next.lock().expect("no commune panics alone").next() else { return };
                    let enrolment = hub.enrolment_on(&plan.unit.code, Some(DAY_OF_UNITS));
                    province::record_and_send(plan, &demo.home.join(&plan.unit.code), &enrolment);
                    told(n_done.fetch_add(1, Ordering::Relaxed) + 1, plans.len());
                }
            });
        }
    });
    hub.stop();
}
