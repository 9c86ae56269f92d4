//! Tables of PyPSA's own components.
//!
//! ```text
//! grid SITE       generator at the site's bus: power, MW
//! held POOL       generator at the pool's bus: what is there whatever is signed
//! offer OFFER     extendable generator at the pool's bus, in modules of a block
//! spot, unserved  generators at the class's bus, at their prices
//! waiting CLASS   generator that gives what waited and takes what waits; `solve.py` ties it to the backlog
//! POOL for CLASS  link from the pool's bus to the class's, which draws its power from the site's
//! ```

use super::text::{Table, text};
use super::{Net, Place};

/// A generator.
struct Generator {
    name: String,
    bus: String,
    /// The most, of which `share` is a share.
    most: f64,
    extended: Option<Extended>,
    price: f64,
}

/// What of a generator is decided.
struct Extended {
    module: f64,
    cost: f64,
}

type Named = (&'static str, Table);

pub(super) fn tables(net: &Net<'_>) -> Vec<Named> {
    vec![
        ("snapshots.csv", snapshots(net)),
        ("buses.csv", buses(net)),
        ("generators.csv", generators(net)),
        ("generators-p_max_pu.csv", most(net)),
        ("generators-p_min_pu.csv", least(net)),
        ("generators-marginal_cost.csv", prices(net)),
        ("links.csv", links(net)),
        ("loads.csv", loads(net)),
        ("loads-p_set.csv", asked(net)),
    ]
}

fn snapshots(net: &Net<'_>) -> Table {
    let mut table = Table::new(["snapshot", "objective", "stores", "generators"]);
    for (place, hour) in net.snapshots() {
        let hours = net.program.weight.at(place.month, hour);
        table.numbers(&net.snapshot(place, hour), [net.weight(place, hour), hours, hours]);
    }
    table
}

fn buses(net: &Net<'_>) -> Table {
    let mut table = Table::new(["name"]);
    let all = net.sites.iter().chain(&net.pools).chain(&net.classes);
    all.for_each(|name| table.row([name]));
    table
}

/// Returns the most of something over all snapshots.
fn greatest(net: &Net<'_>, of: impl Fn(Place, usize) -> f64) -> f64 {
    net.snapshots().map(|(place, hour)| of(place, hour)).fold(0.0, f64::max)
}

impl Net<'_> {
    fn megawatts(&self, site: usize, place: Place, hour: usize) -> f64 {
        let program = self.program;
        program.power_mw.at(place.scenario, place.month, site)
            * program.power_share.at(place.month, site, hour)
    }

    fn held(&self, pool: usize, place: Place) -> f64 {
        let held = self.program.held.iter().enumerate();
        held.filter(|(_, of)| of.pool == pool && Net::is_there(place, &of.parties))
            .map(|(at, _)| self.program.held_kgpu.at(place.scenario, place.month, at))
            .sum()
    }

    fn available(&self, offer: usize, place: Place) -> f64 {
        if !Net::is_there(place, &self.program.offers[offer].parties) {
            return 0.0;
        }
        self.program.available.at(place.scenario, place.month, offer)
    }

    fn demand(&self, class: usize, place: Place, hour: usize) -> f64 {
        let program = self.program;
        program.demand_level.at(place.scenario, place.month, class)
            * program.demand_shape.at(place.month, class, hour)
    }

    /// Returns more than can wait or have waited in any hour, in kGPU; 0 for work that may not wait.
    fn waits_most(&self, class: usize) -> f64 {
        let of = |place: Place, hour: usize| {
            let (run, at) = self.run(hour);
            let before = run.start + (at + run.len() - 1) % run.len();
            let most = |hour| self.waiting(place, class, hour).unwrap_or(0.0);
            most(hour).max(most(before)) / self.program.weight.at(place.month, hour)
        };
        if self.program.classes[class].delay_hours == 0 { 0.0 } else { greatest(self, of) }
    }

    /// Returns what a block costs whatever is used of it, in expectation.
    fn fixed(&self, offer: usize) -> f64 {
        let scenarios = self.program.scenarios.iter().enumerate();
        scenarios.map(|(s, of)| of.probability * self.program.fixed_cost(s, offer)).sum()
    }

    /// Returns every generator, in the order of their table.
    fn generators(&self) -> Vec<Generator> {
        let program = self.program;
        let plain = |name: String, bus: &String, most: f64, price: f64| Generator {
            name,
            bus: bus.clone(),
            most,
            extended: None,
            price,
        };
        let mut all = Vec::new();
        for (site, bus) in self.sites.iter().enumerate() {
            let most = greatest(self, |place, hour| self.megawatts(site, place, hour));
            all.push(plain(format!("grid {bus}"), bus, most, 0.0));
        }
        for (pool, bus) in self.pools.iter().enumerate() {
            let most = greatest(self, |place, _| self.held(pool, place));
            all.push(plain(format!("held {bus}"), bus, most, 0.0));
        }
        for (at, (offer, name)) in program.offers.iter().zip(&self.offers).enumerate() {
            let block = offer.block_kgpu;
            let is_whole = offer.size.step == crate::program::Step::Whole;
            let module = if is_whole { block } else { 0.0 };
            all.push(Generator {
                extended: Some(Extended { module, cost: self.fixed(at) / block }),
                ..plain(name.clone(), &self.pools[offer.pool], offer.size.most * block, 0.0)
            });
        }
        for (class, bus) in self.classes.iter().enumerate() {
            let kind = &program.classes[class];
            let spot = kind.spot_kgpu_most.iter().copied().fold(0.0, f64::max);
            all.push(plain(format!("spot {bus}"), bus, spot, 0.0));
            let waits = self.waits_most(class);
            let asked = greatest(self, |place, hour| self.demand(class, place, hour));
            all.push(plain(format!("unserved {bus}"), bus, asked + waits, kind.lost_load));
            if kind.delay_hours > 0 {
                all.push(plain(format!("waiting {bus}"), bus, waits, 0.0));
            }
        }
        all
    }
}

fn generators(net: &Net<'_>) -> Table {
    let mut table = Table::new([
        "name",
        "bus",
        "p_nom",
        "p_nom_extendable",
        "p_nom_mod",
        "p_nom_max",
        "capital_cost",
        "marginal_cost",
    ]);
    for one in net.generators() {
        let (name, bus) = (one.name, one.bus);
        let (most, price) = (text(one.most), text(one.price));
        let cells = match one.extended {
            None => [name, bus, most, "False".into(), "0".into(), "inf".into(), "0".into(), price],
            Some(of) => {
                let (module, cost) = (text(of.module), text(of.cost));
                [name, bus, "0".into(), "True".into(), module, most, cost, price]
            }
        };
        table.row(cells);
    }
    table
}

/// What a series says of a snapshot.
type Says<'a> = Box<dyn Fn(Place, usize) -> f64 + 'a>;

/// Writes a table of series: a column each, a row by snapshot.
fn series(net: &Net<'_>, columns: &[(String, Says<'_>)]) -> Table {
    let names = columns.iter().map(|(name, _)| name.as_str());
    let mut table = Table::new(std::iter::once("snapshot").chain(names));
    for (place, hour) in net.snapshots() {
        let cells = columns.iter().map(|(_, says)| says(place, hour));
        table.numbers(&net.snapshot(place, hour), cells);
    }
    table
}

fn share<'a>(most: f64, says: Says<'a>) -> Says<'a> {
    Box::new(move |place, hour| if most > 0.0 { says(place, hour) / most } else { 0.0 })
}

/// Share of each generator's most that there is.
fn most(net: &Net<'_>) -> Table {
    let mut columns: Vec<(String, Says<'_>)> = Vec::new();
    for (site, bus) in net.sites.iter().enumerate() {
        let says = move |place: Place, hour: usize| net.megawatts(site, place, hour);
        columns.push((format!("grid {bus}"), share(greatest(net, says), Box::new(says))));
    }
    for (pool, bus) in net.pools.iter().enumerate() {
        let says = move |place: Place, _: usize| net.held(pool, place);
        columns.push((format!("held {bus}"), share(greatest(net, says), Box::new(says))));
    }
    for (offer, name) in net.offers.iter().enumerate() {
        columns.push((name.clone(), Box::new(move |place, _| net.available(offer, place))));
    }
    for (class, bus) in net.classes.iter().enumerate() {
        let spot = &net.program.classes[class].spot_kgpu_most;
        let most = spot.iter().copied().fold(0.0, f64::max);
        columns.push((
            format!("spot {bus}"),
            share(most, Box::new(move |place, _| spot[place.month])),
        ));
        if net.program.classes[class].delay_hours > 0 {
            columns.push((
                format!("waiting {bus}"),
                Box::new(move |place, hour| may_wait(net, class, place, hour)),
            ));
        }
    }
    series(net, &columns)
}

/// Returns 1 where work may wait.
fn may_wait(net: &Net<'_>, class: usize, place: Place, hour: usize) -> f64 {
    if net.waiting(place, class, hour).is_some() { 1.0 } else { 0.0 }
}

fn least(net: &Net<'_>) -> Table {
    let waits = net.classes.iter().enumerate();
    let waits = waits.filter(|(class, _)| net.program.classes[*class].delay_hours > 0);
    let of = |(class, bus): (usize, &String)| -> (String, Says<'_>) {
        (format!("waiting {bus}"), Box::new(move |place, hour| -may_wait(net, class, place, hour)))
    };
    series(net, &waits.map(of).collect::<Vec<_>>())
}

fn prices(net: &Net<'_>) -> Table {
    let spot = |bus: &String| -> (String, Says<'_>) {
        let price = |place: Place, _| net.program.spot_price.at(place.scenario, place.month);
        (format!("spot {bus}"), Box::new(price))
    };
    series(net, &net.classes.iter().map(spot).collect::<Vec<_>>())
}

fn links(net: &Net<'_>) -> Table {
    let program = net.program;
    let names = super::distinct(
        program
            .uses
            .iter()
            .map(|of| format!("{} for {}", net.pools[of.pool], net.classes[of.class])),
    );
    let mut table =
        Table::new(["name", "bus0", "bus1", "bus2", "efficiency", "efficiency2", "p_nom"]);
    for (of, name) in program.uses.iter().zip(names) {
        let held = greatest(net, |place, _| net.held(of.pool, place));
        let offers = program.offers.iter().filter(|offer| offer.pool == of.pool);
        let signed: f64 = offers.map(|offer| offer.size.most * offer.block_kgpu).sum();
        table.row([
            name,
            net.pools[of.pool].clone(),
            net.classes[of.class].clone(),
            net.sites[program.pools[of.pool].site].clone(),
            text(of.performance),
            text(-of.power_kw),
            text(held + signed),
        ]);
    }
    table
}

fn loads(net: &Net<'_>) -> Table {
    let mut table = Table::new(["name", "bus"]);
    net.classes.iter().for_each(|bus| table.row([&format!("load {bus}"), bus]));
    table
}

fn asked(net: &Net<'_>) -> Table {
    let of = |(class, bus): (usize, &String)| -> (String, Says<'_>) {
        (format!("load {bus}"), Box::new(move |place, hour| net.demand(class, place, hour)))
    };
    series(net, &net.classes.iter().enumerate().map(of).collect::<Vec<_>>())
}
