//! A first basis for many hours: their parts are solved one by one, and where each ended is put together.
//!
//! What a step of the simplex method costs grows with the hours of a block, and so does the number of
//! steps; parts of a day each take as many steps together, and each step costs a part. What they leave for
//! the whole is what ties them: work that waits from one part to the next, and take-or-pay shares of the
//! month. **Invariant:** pieces decide where a solver begins and nothing else.

use crate::block::{Layout, Resolution};
use crate::program::{Program, Table2, Table3};
use crate::solver::Basis;
use std::ops::Range;

/// Segments of a piece at most; a block with fewer than twice as many has none.
const SEGMENTS: usize = 24;

/// A part of the hours as a program of its own.
pub(crate) struct Piece {
    pub(crate) program: Program,
    /// Its segments among those of the whole.
    pub(crate) segments: Range<usize>,
    pub(crate) of_month: Vec<usize>,
}

/// Cuts hours into pieces; none if they are few.
pub(crate) fn pieces(
    program: &Program,
    resolution: &Resolution,
    length: usize,
    layouts: &mut Vec<Layout>,
) -> Vec<Piece> {
    if resolution.len() < 2 * SEGMENTS {
        return Vec::new();
    }
    let mut pieces = Vec::new();
    let mut first = 0;
    while first < resolution.len() {
        let run = |segment: usize| program.hours[resolution.segments[segment].start].run;
        let mut end = first + 1;
        while end < resolution.len() && end - first < SEGMENTS && run(end) == run(first) {
            end += 1;
        }
        let hours = resolution.segments[first].start..resolution.segments[end - 1].end;
        let part = part_of(program, hours);
        let joined = Resolution::joining(&part, length);
        let of_month = (0..program.months.len()).map(|month| {
            let known = layouts
                .iter()
                .position(|layout| layout.resolution == joined && layout.fits(&part, month));
            known.unwrap_or_else(|| {
                layouts.push(Layout::new(&part, joined.clone(), month));
                layouts.len() - 1
            })
        });
        let of_month = of_month.collect();
        pieces.push(Piece { program: part, segments: first..end, of_month });
        first = end;
    }
    pieces
}

/// Returns the program of some of the hours.
fn part_of(program: &Program, hours: Range<usize>) -> Program {
    let months = program.months.len();
    let shift = hours.start;
    let table = |of: &Table3| {
        let (_, rows, _) = of.size();
        Table3::new((months, rows, hours.len()), |month, row, hour| of.at(month, row, shift + hour))
    };
    Program {
        hours: program.hours[hours.clone()].to_vec(),
        weight: Table2::new((months, hours.len()), |month, hour| {
            program.weight.at(month, shift + hour)
        }),
        power_share: table(&program.power_share),
        demand_shape: table(&program.demand_shape),
        ..program.clone()
    }
}

/// Calls `copy(first column of the piece, first column of the whole)` for each group of a segment's columns.
fn groups(of: usize, n: usize, m: usize, first: usize, mut copy: impl FnMut(usize, usize)) {
    for group in 0..of / m {
        copy(group * m, group * n + first);
    }
}

impl Piece {
    /// Returns the piece's part of a basis of the whole.
    pub(crate) fn part(&self, layout: &Layout, full: &Layout, whole: &Basis) -> Basis {
        let (n, m) = (full.resolution.len(), layout.resolution.len());
        let mut columns = vec![0; layout.model.columns.len()];
        groups(layout.backlog, n, m, self.segments.start, |to, from| {
            columns[to..to + m].copy_from_slice(&whole.columns[from..from + m]);
        });
        for (at, (class, segment)) in layout.waiting.iter().enumerate() {
            let wanted = (*class, segment + self.segments.start);
            if let Some(from) = full.waiting.iter().position(|it| *it == wanted) {
                columns[layout.backlog + at] = whole.columns[full.backlog + from];
            }
        }
        columns[layout.over..].copy_from_slice(&whole.columns[full.over..]);
        let mut rows = vec![0; layout.model.rows.len()];
        groups(layout.overtake, n, m, self.segments.start, |to, from| {
            rows[to..to + m].copy_from_slice(&whole.rows[from..from + m]);
        });
        rows[layout.overtake..].copy_from_slice(&whole.rows[full.overtake..]);
        Basis { columns, rows }
    }
}

/// Puts the bases of pieces together.
pub(crate) fn merge(
    full: &Layout,
    pieces: &[Piece],
    layouts: &[&Layout],
    bases: &[Basis],
) -> Basis {
    let n = full.resolution.len();
    let mut columns = vec![0; full.model.columns.len()];
    let mut rows = vec![0; full.model.rows.len()];
    for ((piece, layout), basis) in pieces.iter().zip(layouts).zip(bases) {
        let m = layout.resolution.len();
        groups(layout.backlog, n, m, piece.segments.start, |from, to| {
            columns[to..to + m].copy_from_slice(&basis.columns[from..from + m]);
        });
        for (at, (class, segment)) in layout.waiting.iter().enumerate() {
            let wanted = (*class, segment + piece.segments.start);
            if let Some(to) = full.waiting.iter().position(|it| *it == wanted) {
                columns[full.backlog + to] = basis.columns[layout.backlog + at];
            }
        }
        groups(layout.overtake, n, m, piece.segments.start, |from, to| {
            rows[to..to + m].copy_from_slice(&basis.rows[from..from + m]);
        });
        // What belongs to the month is taken from the last piece.
        columns[full.over..].copy_from_slice(&basis.columns[layout.over..]);
        rows[full.overtake..].copy_from_slice(&basis.rows[layout.overtake..]);
    }
    Basis { columns, rows }
}
