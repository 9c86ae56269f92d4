//! Flows of many samples added up: by what they hang on, kind, month and stratum, exactly.
//!
//! Sums are whole millionths, so neither the order of samples nor threads can be seen in them.

use crate::flow::{Flow, FlowKind, On};
use std::collections::BTreeMap;

/// Sums of flows.
#[derive(Clone, Debug, Default)]
pub struct Cash {
    strata: usize,
    rows: Vec<Row>,
    /// Row of each thing and kind.
    places: BTreeMap<(On, FlowKind), usize>,
    /// The same for contracts, which most flows hang on: by contract, then kind.
    of_contracts: Vec<[u32; FlowKind::ALL.len()]>,
}

#[derive(Clone, Debug)]
struct Row {
    first: i32,
    /// By month from the first, then stratum.
    sums: Vec<i128>,
}

/// No row yet.
const NONE: u32 = u32::MAX;

impl Cash {
    /// Makes empty sums over so many strata.
    #[must_use]
    pub fn new(strata: usize) -> Cash {
        Cash { strata: strata.max(1), ..Cash::default() }
    }

    /// Adds the flows of one sample.
    pub fn add(&mut self, stratum: usize, flows: &[Flow]) {
        for flow in flows {
            let place = self.place(flow);
            let strata = self.strata;
            let row = &mut self.rows[place];
            row.reach(flow.month, strata);
            row.sums[(flow.month - row.first) as usize * strata + stratum] += flow.micros;
        }
    }

    fn place(&mut self, flow: &Flow) -> usize {
        let On::Contract(index) = flow.on else { return self.place_of(flow) };
        let (index, kind) = (index as usize, flow.kind as usize);
        if index >= self.of_contracts.len() {
            self.of_contracts.resize(index + 1, [NONE; FlowKind::ALL.len()]);
        }
        if self.of_contracts[index][kind] == NONE {
            self.of_contracts[index][kind] = self.place_of(flow) as u32;
        }
        self.of_contracts[index][kind] as usize
    }

    fn place_of(&mut self, flow: &Flow) -> usize {
        let next = self.rows.len();
        let place = *self.places.entry((flow.on, flow.kind)).or_insert(next);
        if place == next {
            self.rows.push(Row { first: flow.month, sums: Vec::new() });
        }
        place
    }

    /// Calls `visit` with every thing, kind and month that has a flow, in this order, and its sum by stratum.
    pub fn visit(&self, mut visit: impl FnMut(On, FlowKind, i32, &[i128])) {
        for (&(on, kind), &place) in &self.places {
            let row = &self.rows[place];
            for (at, sums) in row.sums.chunks(self.strata).enumerate() {
                if sums.iter().any(|sum| *sum != 0) {
                    visit(on, kind, row.first + at as i32, sums);
                }
            }
        }
    }
}

impl Row {
    /// Makes room for `month`.
    fn reach(&mut self, month: i32, strata: usize) {
        if month < self.first {
            let more = (self.first - month) as usize * strata;
            self.sums.splice(0..0, std::iter::repeat_n(0, more));
            self.first = month;
        }
        let needed = ((month - self.first) as usize + 1) * strata;
        if self.sums.len() < needed {
            self.sums.resize(needed, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_do_not_depend_on_the_order_of_samples() {
        let flow = |month, kind, on, micros| Flow { month, kind, on, tranche: None, micros };
        let samples = [
            vec![
                flow(3, FlowKind::Fee, On::Contract(1), -5),
                flow(-2, FlowKind::Prepayment, On::Contract(1), -7),
            ],
            vec![
                flow(1, FlowKind::Fee, On::Contract(1), -4),
                flow(0, FlowKind::Opex, On::Whole, 2),
            ],
            vec![flow(3, FlowKind::Fee, On::Contract(1), -6)],
        ];
        let told = |order: [usize; 3]| {
            let mut cash = Cash::new(2);
            for sample in order {
                cash.add(sample % 2, &samples[sample]);
            }
            let mut told = Vec::new();
            cash.visit(|on, kind, month, sums| told.push((on, kind, month, sums.to_vec())));
            told
        };
        let expected = vec![
            (On::Contract(1), FlowKind::Fee, 1, vec![0, -4]),
            (On::Contract(1), FlowKind::Fee, 3, vec![-11, 0]),
            (On::Contract(1), FlowKind::Prepayment, -2, vec![-7, 0]),
            (On::Whole, FlowKind::Opex, 0, vec![0, 2]),
        ];
        assert_eq!(told([0, 1, 2]), expected);
        assert_eq!(told([2, 1, 0]), expected);
    }
}
