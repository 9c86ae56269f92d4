//! Power that halls lack, shared among the pools in them.
//!
//! A hall has a limit for what its racks draw, and the grid may cut a part of it. The dispatch of an assess lets work choose
//! which racks go without; a promise is made before there is work, so here all pools of a hall go without alike: where they
//! would draw more at full draw than there is, each keeps the same share of its GPUs.

use offtake_adequacy::System;
use offtake_futures::Future;
use offtake_model::{Book, Hall, Month};

/// A hall whose power can bind, with what one GPU of each pool in it draws.
struct Shared<'a> {
    hall: &'a Hall,
    /// Place of its grid among the book's.
    grid: Option<usize>,
    /// Pool and kilowatts of a GPU.
    pools: Vec<(usize, f64)>,
}

/// The halls whose power can bind.
pub(crate) struct Halls<'a>(Vec<Shared<'a>>);

impl<'a> Halls<'a> {
    pub(crate) fn new(book: &'a Book, system: &System) -> Halls<'a> {
        let shared = |(id, hall): (&offtake_model::HallId, &'a Hall)| {
            let draw = |pool: &offtake_position::Pool| {
                let here = book.sites.get(&pool.site).and_then(|at| at.draw.get(&pool.accelerator));
                let listed = book.catalog.accelerators.get(&pool.accelerator).map(|it| &it.draw);
                here.or(listed).map_or(0.0, |draw| draw.training.kilowatts())
            };
            let inside = system.pools.iter().enumerate().filter(|(_, pool)| pool.hall == *id);
            let pools: Vec<(usize, f64)> =
                inside.map(|(place, pool)| (place, draw(pool))).collect();
            let grid = book.sites.get(&hall.site).and_then(|site| site.grid.as_ref());
            let most: f64 = pools.iter().map(|(at, kw)| kw * system.pools[*at].gpus as f64).sum();
            let grid_depth = grid.and_then(|id| book.grids.get(id)?.curtailment);
            let depth = grid_depth.map_or(0.0, |cut| cut.depth.part());
            // What is never short need not be looked at hour by hour.
            (most > kilowatts(hall, depth)? * (1.0 + 1e-9)).then(|| Shared {
                hall,
                grid: grid.and_then(|id| book.grids.keys().position(|other| other == id)),
                pools,
            })
        };
        Halls(book.halls.iter().filter_map(shared).collect())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lowers what pools have available, by hour of a month, to what the power of their halls carries in a future.
    pub(crate) fn share(&self, future: &Future, month: Month, available: &mut [Vec<f32>]) {
        for shared in &self.0 {
            let left = shared.left(future, month);
            for (hour, left) in left.iter().enumerate() {
                let draws =
                    shared.pools.iter().map(|(at, kw)| kw * f64::from(available[*at][hour]));
                let drawn: f64 = draws.sum();
                if drawn > left * (1.0 + 1e-9) {
                    let keeps = (left / drawn) as f32;
                    shared.pools.iter().for_each(|(at, _)| available[*at][hour] *= keeps);
                }
            }
        }
    }
}

impl Shared<'_> {
    /// Returns the kilowatts that there are in each hour of a month.
    fn left(&self, future: &Future, month: Month) -> Vec<f64> {
        let whole = kilowatts(self.hall, 0.0).unwrap_or(f64::MAX);
        let mut left = vec![whole; month.end - month.start];
        for cut in self.grid.into_iter().flat_map(|grid| &future.cuts[grid]) {
            let clip =
                |hour: i64| hour.clamp(month.start as i64, month.end as i64) as usize - month.start;
            let carries = kilowatts(self.hall, cut.depth).unwrap_or(f64::MAX);
            for left in &mut left[clip(cut.hours.from)..clip(cut.hours.until)] {
                *left = left.min(carries);
            }
        }
        left
    }
}

/// Returns the kilowatts for racks while a share of the curtailable part is cut; `None` where power never binds.
fn kilowatts(hall: &Hall, depth: f64) -> Option<f64> {
    hall.megawatts(depth).map(|megawatts| megawatts * 1e3)
}
