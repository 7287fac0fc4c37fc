//! What figures need to know of each indicator over records, by its number.

use std::collections::BTreeMap;

use sohoi_domain::Catalogue;
use sohoi_domain::catalogue::{Measure, TimeKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub time: TimeKind,
    /// Subjects are counted once, so sums cannot be kept.
    pub is_distinct: bool,
    pub n_dimensions: usize,
}

impl Shape {
    pub fn is_flow(self) -> bool {
        self.time == TimeKind::Flow
    }
}

pub fn shapes(catalogue: &Catalogue) -> BTreeMap<u16, Shape> {
    let of_records = catalogue.indicators.iter().filter_map(|indicator| match &indicator.measure {
        Measure::Records(measure) => Some((indicator, measure)),
        Measure::Ratio(..) | Measure::Gap(..) | Measure::ReportingUnits(_) | Measure::BaseUnits => None,
    });
    of_records
        .map(|(indicator, measure)| {
            let n_dimensions = measure.by.len();
            (
                indicator.num,
                Shape { time: indicator.time, is_distinct: indicator.is_distinct(), n_dimensions },
            )
        })
        .collect()
}
