//! What must be served: each block of work as a class, its demand, what may serve it, and spot.

use super::draw::Drawn;
use super::hours::Grid;
use super::supply::Supply;
use offtake_adequacy::{System, Work};
use offtake_model::Book;
use offtake_plan::program::{Class, Month, Table3, Use};

/// Work, ready to be written: the classes of the programme are the blocks of the system, in order.
pub(super) struct Works<'a> {
    uses: Vec<Use>,
    system: &'a System,
}

impl<'a> Works<'a> {
    pub(super) fn new(system: &'a System, supply: &Supply) -> Works<'a> {
        let mut found = Vec::new();
        for class in 0..system.blocks.len() {
            for (pool, member) in supply.members().enumerate() {
                if let Some(how) = use_of(system, class, member) {
                    let power_kw = if how.kilowatts > 0.0 { how.kilowatts } else { 1.0 };
                    found.push(Use { pool, class, performance: how.speed, power_kw });
                }
            }
        }
        Works { uses: found, system }
    }

    pub(super) fn uses(&self) -> Vec<Use> {
        self.uses.clone()
    }

    pub(super) fn classes(&self, months: &[Month]) -> Vec<Class> {
        let class = |block: usize| {
            let spec = &self.system.blocks[block];
            let delay_hours = match spec.work {
                Work::Divisible { delay, .. } => delay,
                Work::Gang(_) => 0,
            };
            Class {
                name: if spec.name == "all" {
                    spec.workload.clone()
                } else {
                    format!("{}/{}", spec.workload, spec.name)
                },
                lost_load: spec.value,
                delay_hours,
                spot_kgpu_most: vec![self.spot_kgpu(block); months.len()],
            }
        };
        self.blocks().map(class).collect()
    }

    /// Returns the most that spot serves of a block: its depth, shared among the blocks that could use it by
    /// what they want, so that no GPU is counted twice.
    fn spot_kgpu(&self, block: usize) -> f64 {
        let wanted = |block: usize| self.mean_demand(block);
        let of = |spot: &offtake_adequacy::SpotSpec| {
            let speed = f64::from(spot.speed[block]);
            let all: f64 = self.blocks().filter(|&b| spot.speed[b] > 0.0).map(wanted).sum();
            if all > 0.0 { f64::from(spot.depth) * speed * wanted(block) / all / 1e3 } else { 0.0 }
        };
        self.system.spots.iter().map(of).sum()
    }

    fn blocks(&self) -> std::ops::Range<usize> {
        0..self.system.blocks.len()
    }

    fn mean_demand(&self, block: usize) -> f64 {
        match self.system.blocks[block].work {
            Work::Divisible { class, share, .. } => {
                let load = self.system.classes[class].load.as_ref();
                let hours = load.map_or(&[][..], |load| load.of(self.system.base));
                let sum: f64 = hours.iter().map(|x| f64::from(*x)).sum();
                share * sum / hours.len().max(1) as f64
            }
            Work::Gang(gang) => self.system.gangs[gang].size,
        }
    }

    /// Returns the shape of demand, of mean 1 over a month.
    pub(super) fn shape(&self, grid: &Grid, hours: usize) -> Table3 {
        let months = self.system.axis.months().len();
        let of = |month: usize, block: usize| -> Vec<f64> {
            let Work::Divisible { class, .. } = self.system.blocks[block].work else {
                return vec![1.0; hours];
            };
            let Some(load) = &self.system.classes[class].load else { return vec![0.0; hours] };
            let mean = self.mean_of(load.of(self.system.base), month);
            if mean <= 0.0 {
                return vec![1.0; hours];
            }
            let typical = grid.typical(self.system, month, load.of(self.system.base));
            typical.into_iter().map(|x| x / mean).collect()
        };
        let rows: Vec<Vec<Vec<f64>>> = (0..months)
            .map(|month| self.blocks().map(|block| of(month, block)).collect())
            .collect();
        Table3::new((months, self.blocks().len(), hours), |m, c, h| rows[m][c][h])
    }

    /// Returns the level of demand, in kGPU.
    pub(super) fn level(&self, drawn: &[Drawn]) -> Table3 {
        let months = self.system.axis.months().len();
        Table3::new((drawn.len(), months, self.blocks().len()), |future, month, block| {
            match self.system.blocks[block].work {
                Work::Divisible { class, share, .. } => {
                    let Some(load) = &self.system.classes[class].load else { return 0.0 };
                    let one = &drawn[future];
                    let factor = load.workload.map_or(1.0, |at| one.demand[at][month]);
                    share * factor * self.mean_of(load.of(one.scenario), month) / 1e3
                }
                Work::Gang(gang) => {
                    let gang = &self.system.gangs[gang];
                    let of = &self.system.axis.months()[month];
                    let from = gang.hours.from.max(of.start as i64);
                    let hours = (gang.hours.until.min(of.end as i64) - from).max(0);
                    gang.size * hours as f64 / of.len() as f64 / 1e3
                }
            }
        })
    }

    fn mean_of(&self, hours: &[f32], month: usize) -> f64 {
        let of = &self.system.axis.months()[month];
        let part = hours.get(of.start..of.end).unwrap_or(&[]);
        part.iter().map(|x| f64::from(*x)).sum::<f64>() / of.len() as f64
    }

    /// Returns the price of an hour of a reference GPU from spot, by future and month: as the market of its type
    /// moves, where the book has one.
    pub(super) fn spot_price(&self, book: &Book, drawn: &[Drawn]) -> Vec<Vec<f64>> {
        let months = self.system.axis.months().len();
        let markets: Vec<&offtake_model::AcceleratorId> = book.markets.keys().collect();
        let spots: Vec<_> = book.spots.values().filter(|spot| spot.depth.count() > 0).collect();
        let price = |one: &Drawn, month: usize| {
            let (mut money, mut work) = (0.0, 0.0);
            for (spot, spec) in spots.iter().zip(&self.system.spots) {
                let known = spec.speed.iter().filter(|speed| **speed > 0.0);
                let (sum, count) = known.fold((0.0, 0.0), |(s, n), x| (s + f64::from(*x), n + 1.0));
                if count == 0.0 {
                    continue;
                }
                let market = markets.iter().position(|id| **id == spot.accelerator);
                let factor = market.map_or(1.0, |at| {
                    let path = &one.prices[at];
                    path[month] / path[0].max(1e-9)
                });
                let depth = spot.depth.count() as f64;
                money += depth * book.in_currency(spot.price.money()) * factor;
                work += depth * sum / count;
            }
            if work > 0.0 { money / work } else { 0.0 }
        };
        drawn.iter().map(|one| (0..months).map(|month| price(one, month)).collect()).collect()
    }
}

/// Returns how a block of work uses a pool of the system.
fn use_of(system: &System, block: usize, pool: usize) -> Option<offtake_position::Use> {
    let of = |class: usize| system.classes[class].uses.get(pool).copied().flatten();
    match &system.blocks[block].work {
        Work::Divisible { class, .. } => of(*class),
        Work::Gang(gang) => system.gangs[*gang].at.iter().find_map(|&class| of(class)),
    }
}
