//! The order of service: blocks, the standards that count them, where firm work may run, and spot.

use super::{Block, Class, ClassKind, GangSpec, PlaceSpec, SpotSpec, StandardSpec, System, Work};
use offtake_model::{AcceleratorId, Book, ZoneId};
use std::collections::BTreeMap;

/// Returns the blocks in the order of service: by priority, gangs first, by value falling, by id.
pub(super) fn blocks(book: &Book, classes: &[Class], gangs: &[GangSpec]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut push = |workload: String, name: &str, priority: u32, value: f64, work: Work| {
        let is_firm = book.is_firm(priority);
        blocks.push(Block {
            workload,
            name: name.to_owned(),
            priority,
            value,
            work,
            is_firm,
            standards: Vec::new(),
        });
    };
    for (class, found) in classes.iter().enumerate() {
        match &found.kind {
            ClassKind::Workload(index) => {
                let Some(workload) = book.workloads.values().nth(*index) else { continue };
                for block in &workload.blocks {
                    let delay = workload.delay_hours as usize;
                    let work = Work::Divisible { class, share: block.share.part(), delay };
                    push(
                        found.id.clone(),
                        &block.name,
                        block.priority,
                        block.unserved_value.money().units(),
                        work,
                    );
                }
            }
            ClassKind::Obligation(contract) => {
                let price =
                    book.contracts[contract].price.map_or(0.0, |price| price.money().units());
                push(
                    found.id.clone(),
                    "all",
                    1,
                    price,
                    Work::Divisible { class, share: 1.0, delay: 0 },
                );
            }
            ClassKind::GangAt { .. } | ClassKind::Headroom(_) => {}
        }
    }
    for (index, (spec, gang)) in gangs.iter().zip(book.gangs.values()).enumerate() {
        push(
            spec.id.clone(),
            "all",
            gang.priority,
            gang.unserved_value.money().units(),
            Work::Gang(index),
        );
    }
    blocks.sort_by(|a, b| {
        let is_divisible = |block: &Block| !matches!(block.work, Work::Gang(_));
        (a.priority, is_divisible(a))
            .cmp(&(b.priority, is_divisible(b)))
            .then(b.value.total_cmp(&a.value))
            .then_with(|| (&a.workload, &a.name).cmp(&(&b.workload, &b.name)))
    });
    blocks
}

pub(super) fn standards(book: &Book) -> Vec<StandardSpec> {
    let spec = |standard: &offtake_model::Standard| {
        let zones: Vec<String> = standard.zones.iter().map(ToString::to_string).collect();
        let place =
            if zones.is_empty() { String::new() } else { format!(" in {}", zones.join(", ")) };
        StandardSpec {
            name: format!("priority {}{place}", standard.priority),
            priority: standard.priority,
            unserved: standard.unserved.map(offtake_units::Share::part),
            month_risk: standard.month_risk.map(offtake_units::Share::part),
            prefix: 0,
        }
    };
    book.standards.iter().map(spec).collect()
}

/// Tells each block its standards, and each standard its prefix of the order.
pub(super) fn with_prefixes(
    mut standards: Vec<StandardSpec>,
    blocks: &mut [Block],
    book: &Book,
) -> Vec<StandardSpec> {
    for (index, standard) in standards.iter_mut().enumerate() {
        standard.prefix =
            blocks.iter().take_while(|block| block.priority <= standard.priority).count();
        for block in blocks.iter_mut().filter(|block| block.priority == standard.priority) {
            let zones = book
                .workloads
                .get(block.workload.as_str())
                .map_or(&[][..], |workload| &workload.zones);
            let within = |zone: &ZoneId| {
                book.standards[index].zones.iter().any(|z| book.catalog.lies_in(zone, z))
            };
            let counts = book.standards[index].zones.is_empty()
                || (!zones.is_empty() && zones.iter().all(within));
            if counts {
                block.standards.push(index);
            }
        }
    }
    for block in blocks.iter_mut() {
        block.is_firm = standards.is_empty() || !block.standards.is_empty();
    }
    if standards.is_empty() {
        for block in blocks.iter_mut() {
            block.standards.push(0);
        }
        let (name, prefix) = ("all work".to_owned(), blocks.len());
        standards.push(StandardSpec {
            name,
            priority: u32::MAX,
            unserved: None,
            month_risk: None,
            prefix,
        });
    }
    standards
}

/// Groups firm blocks by the zones that they may run in.
pub(super) fn places(book: &Book, blocks: &[Block]) -> Vec<PlaceSpec> {
    let zones_of = |block: &Block| -> Vec<ZoneId> {
        let id = block.workload.as_str();
        let workload = book.workloads.get(id).map(|workload| workload.zones.clone());
        workload.or_else(|| book.gangs.get(id).map(|gang| gang.zones.clone())).unwrap_or_default()
    };
    let mut found: BTreeMap<Vec<ZoneId>, Vec<usize>> = BTreeMap::new();
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.is_firm) {
        let mut zones = zones_of(block);
        zones.sort();
        found.entry(zones).or_default().push(index);
    }
    let name = |zones: &[ZoneId]| match zones {
        [] => "anywhere".to_owned(),
        some => {
            some.iter().map(|zone| zone.to_string().to_uppercase()).collect::<Vec<_>>().join(", ")
        }
    };
    found
        .into_iter()
        .map(|(zones, blocks)| PlaceSpec { name: name(&zones), zones, blocks })
        .collect()
}

pub(super) fn spots(book: &Book, system: &System) -> Vec<SpotSpec> {
    let speed = |block: &Block, accelerator: &AcceleratorId| {
        let Some(workload) = book.workloads.get(block.workload.as_str()) else { return 0.0 };
        // Contiguous racks of a large NVLink domain are not to be had at short notice.
        let domain = book.catalog.accelerators.get(accelerator).map_or(0, |a| a.nvlink_domain);
        if domain >= 72 || workload.nvlink_domain > domain {
            return 0.0;
        }
        let own = workload.speed.get(accelerator).copied().unwrap_or(0.0);
        let reference = workload.speed.get(&book.reference_accelerator).copied().unwrap_or(own);
        if reference > 0.0 { (own / reference) as f32 } else { 0.0 }
    };
    let spec = |spot: &offtake_model::Spot| SpotSpec {
        depth: spot.depth.count() as f32,
        lead: spot.lead_time.hours().ceil() as usize,
        speed: system.blocks.iter().map(|block| speed(block, &spot.accelerator)).collect(),
    };
    // A market without any depth only says that there is none.
    book.spots.values().filter(|spot| spot.depth.count() > 0).map(spec).collect()
}
