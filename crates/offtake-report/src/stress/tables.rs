//! The answer as tables of plain values, for CSV and Parquet.

use super::StressAnswer;
use crate::table::{Table, estimate, flag, maybe, number, text};

/// Returns all tables; one without a row is left out.
#[must_use]
pub fn stress_tables(answer: &StressAnswer<'_>) -> Vec<Table> {
    let all = [
        stresses(answer),
        n_minus_1(answer),
        diversification(answer),
        judgements(answer),
        concentration(answer),
    ];
    all.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

fn stresses(answer: &StressAnswer<'_>) -> Table {
    let row = |s: &offtake_adequacy::StressResult| {
        let mut row = vec![text("id", &s.id), text("kind", s.kind.name()), text("party", &s.party)];
        row.push(text("what_happens", &s.text));
        row.extend(estimate("delta_eue_gpuh_per_year", s.delta.eue));
        row.extend(estimate("delta_firm_eue_gpuh_per_year", s.delta.firm_eue));
        row.extend(estimate("delta_lolh_h_per_year", s.delta.lolh));
        row.extend(estimate("delta_cost_per_year", s.delta.cost));
        row.extend(estimate("delta_fees_per_year", s.delta.fees));
        row.extend(estimate("unserved_share", s.unserved_share));
        row.push(flag("secure", s.secure));
        row.push(number("gpus_lost", s.cure.gpus));
        row.push(maybe("days_until_offers_cure", s.cure.offer_days));
        row
    };
    Table::new("stresses", answer.stresses.stresses.iter().map(row).collect())
}

fn n_minus_1(answer: &StressAnswer<'_>) -> Table {
    let row = |s: &offtake_adequacy::Secure| {
        let mut row = vec![
            text("kind", &s.kind),
            flag("is_asked", Some(s.is_asked)),
            number("parties", s.parties as f64),
            flag("holds", s.holds),
            text("worst", &s.worst),
            text("worst_name", &s.worst_name),
        ];
        row.extend(estimate("unserved_share", s.unserved_share));
        row
    };
    Table::new("n_minus_1", answer.stresses.secure.iter().map(row).collect())
}

fn diversification(answer: &StressAnswer<'_>) -> Table {
    let row = |d: &offtake_adequacy::Diversification| {
        let mut row = vec![text("supplier", &d.supplier), text("stand_in", &d.stand_in)];
        row.extend(estimate("diversification_gpuh_per_year", d.diversification));
        row.extend(estimate("volume_gpuh_per_year", d.volume));
        row
    };
    Table::new("diversification", answer.stresses.diversification.iter().map(row).collect())
}

fn judgements(answer: &StressAnswer<'_>) -> Table {
    let row = |j: &super::Judgement| {
        let mut row = vec![text("input", &j.input), text("value", &j.value)];
        row.extend([text("low", &j.low), text("high", &j.high)]);
        row.extend(estimate("delta_low_gpuh_per_year", j.delta_low));
        row.extend(estimate("delta_high_gpuh_per_year", j.delta_high));
        row
    };
    Table::new("judgements", answer.judgements.iter().map(row).collect())
}

fn concentration(answer: &StressAnswer<'_>) -> Table {
    let rows = answer.stresses.concentration.iter().flat_map(|found| {
        found.shares.iter().map(|share| {
            vec![
                text("kind", &found.kind),
                text("party", share.party.as_deref().unwrap_or("not in the book")),
                number("share", share.share),
                number("hhi", found.hhi),
            ]
        })
    });
    Table::new("concentration", rows.collect())
}
