//! Books made for timing: systems of any size, and the one that the peer can express too.

use offtake_model::Book;
use std::fmt::Write as _;
use std::path::Path;

/// How large a made book is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Contracts, each with a site of its own.
    pub(crate) pools: usize,
    /// Workloads, each with two blocks.
    pub(crate) classes: usize,
    /// Years of the horizon.
    pub(crate) years: i16,
}

/// A generating unit of the peer, or a contract at a site of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unit {
    /// GPUs, of which all or none are there.
    pub(crate) gpus: u32,
    /// Hours between an end of an outage and the next one's start, on average.
    pub(crate) up: u32,
    /// Hours of an outage, on average.
    pub(crate) down: u32,
}

impl Unit {
    /// Returns the share of hours that the unit is out.
    pub(crate) fn forced_outage_rate(self) -> f64 {
        f64::from(self.down) / f64::from(self.up + self.down)
    }
}

/// Hours of the year that both programs are asked about: 2026.
pub(crate) const HOURS: usize = 8_760;
const UNITS: usize = 30;

/// Returns the thirty units: 40 to 330 GPUs, out 2 to 12 hours in a hundred, for a day or two each time.
pub(crate) fn units() -> Vec<Unit> {
    let unit = |i: usize| {
        let i = i as u32;
        // Larger units are not always the worse ones: 7 and 30 have no common factor.
        let rate = 2 + (7 * i) % 11;
        let down = 12 + 12 * (i % 4);
        Unit { gpus: 40 + 10 * i, up: down * (100 - rate) / rate, down }
    };
    (0..UNITS).map(unit).collect()
}

/// Returns the demand by hour: a day, a week and a year on top of one another, in whole GPUs.
pub(crate) fn demand() -> Vec<u32> {
    let wave = |hour: usize, period: usize, peak: usize| {
        let turn = (hour % period) as f64 - peak as f64;
        libm::cos(std::f64::consts::TAU * turn / period as f64)
    };
    let level = |hour: usize| {
        let weekday = if hour / 24 % 7 < 5 { 1.0 } else { 0.85 };
        3_900.0 * weekday * (1.0 + 0.12 * wave(hour, 24, 18) + 0.06 * wave(hour, HOURS, 600))
    };
    (0..HOURS).map(|hour| level(hour) as u32).collect()
}

/// Returns the peer's table of units.
pub(crate) fn units_csv(units: &[Unit]) -> String {
    let mut text = "gpus,forced_outage_rate\n".to_owned();
    for unit in units {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{},{}", unit.gpus, unit.forced_outage_rate());
    }
    text
}

/// Returns the table of demand that both programs read.
pub(crate) fn demand_csv(demand: &[u32]) -> String {
    demand.iter().fold("level\n".to_owned(), |text, level| text + &format!("{level}\n"))
}

/// Returns the book of these units: racks of one GPU, so that a unit of any size is whole or out.
pub(crate) fn unit_book(units: &[Unit]) -> Result<Book, String> {
    let mut text = "format = 1\ntitle = \"Thirty units\"\nas_of = 2026-01-01\nfrom = 2026-01-01\n\
        until = 2027-01-01\nheadline_quarters = 4\nreference_accelerator = \"piece\"\n\
        [defaults]\nuncertainty = \"none\"\n\
        [accelerator.piece]\nmaker = \"nvidia\"\nrack_gpus = 1\ntray_gpus = 1\nnvlink_domain = 1\n\
        draw.training = \"1 kW\"\ndraw.serving = \"1 kW\"\n\
        [workload.load]\nlevel.hourly = \"demand.csv\"\nlevel.unit = \"GPU\"\n"
        .to_owned();
    for (index, unit) in units.iter().enumerate() {
        let _ = writeln!(
            text,
            "[site.u{index}]\nzone = \"US\"\noutage.up = \"{} h\"\noutage.down = \"{} h\"\n\
             outage.depth = \"100 %\"\n[contract.u{index}]\nsite = \"u{index}\"\n\
             accelerator = \"piece\"\ngpus = {}\npromised = 2025-01-01\ndelivered = 2025-01-01",
            unit.up, unit.down, unit.gpus
        );
    }
    book(&text, &demand_csv(&demand()))
}

/// Zones of made books; a workload asks for one of their fifteen subsets.
const ZONES: [&str; 4] = ["US-TX", "US-VA", "CA-AB", "CA-QC"];

/// Returns a book of the size, with every kind of uncertainty on and demand near what is contracted.
pub(crate) fn sized_book(size: Size) -> Result<Book, String> {
    let Size { pools, classes, years } = size;
    let mut text = format!(
        "format = 1\ntitle = \"Made\"\nas_of = 2026-01-01\nfrom = 2026-01-01\nuntil = {}-01-01\n\
         reference_accelerator = \"gb300-nvl72\"\n[standard.1]\nunserved = \"100 ppm\"\n\
         month_risk = \"1 %\"\n",
        2026 + years
    );
    for pool in 0..pools {
        let month = 1 + pool % 12;
        let _ = writeln!(
            text,
            "[party.p{pool}]\nfailure = \"3 %/year\"\n[site.s{pool}]\nzone = \"{}\"\n\
             outage.up = \"4000 h\"\noutage.down = \"12 h\"\n[contract.c{pool}]\n\
             seller = \"p{pool}\"\nsite = \"s{pool}\"\naccelerator = \"gb300-nvl72\"\n\
             gpus = 7200\npromised = 2026-{month:02}-15\nterm = \"10 years\"",
            ZONES[pool % ZONES.len()]
        );
    }
    for class in 0..classes {
        let subset = 1 + (14 - class % 15);
        let zones: Vec<String> = (0..ZONES.len())
            .filter(|zone| subset >> zone & 1 == 1)
            .map(|zone| format!("\"{}\"", ZONES[zone]))
            .collect();
        let _ = writeln!(
            text,
            "[workload.w{class}]\nlevel = \"{} GPU\"\nfrom = 2026-01-01\n\
             growth = \"1.2 times/year\"\nzones = [{}]\n\
             [block.w{class}.firm]\nshare = \"60 %\"\npriority = 1\nunserved_value = \"{} USD/GPUh\"\n\
             [block.w{class}.rest]\nshare = \"40 %\"\npriority = 2\nunserved_value = \"{} USD/GPUh\"",
            5_000 * pools / classes,
            zones.join(", "),
            100 - class,
            50 - class,
        );
    }
    book(&text, "")
}

/// Reads a book from memory, or says all that is wrong with it.
fn book(text: &str, demand: &str) -> Result<Book, String> {
    let files = [("made/book.toml", text.as_bytes()), ("made/demand.csv", demand.as_bytes())];
    let used = if demand.is_empty() { 1 } else { 2 };
    let reading = offtake_book::read_book_files(Path::new("made"), files.into_iter().take(used));
    if reading.has_errors() {
        return Err(offtake_book::render_findings(&reading.findings));
    }
    reading.book.ok_or_else(|| "the made text is no book".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_adequacy::System;

    #[test]
    fn made_books_have_the_size_asked_for() {
        let size = Size { pools: 6, classes: 3, years: 1 };
        let book = sized_book(size).unwrap();
        let system = System::new(&book, 1).unwrap();
        assert_eq!((system.pools.len(), system.blocks.len(), system.axis.hours()), (6, 6, 8_760));
    }

    #[test]
    fn the_peers_units_are_the_books() {
        let book = unit_book(&units()).unwrap();
        let system = System::new(&book, 1).unwrap();
        assert_eq!((system.pools.len(), system.axis.hours()), (UNITS, HOURS));
        let exact = offtake_adequacy::exact(&book, &system).unwrap();
        assert!(exact.lolh > 1.0, "a system without shortfall compares nothing: {}", exact.lolh);
    }
}
