//! Who stands behind the work that is served, by kind of party.

use super::Figure;
use crate::html::facts::{num, rows, text, words};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{decimal, percent};
use crate::study::StudyReport;
use serde_json::{Value, json};

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let stress = report.section("stress")?;
    let kinds = rows(stress, "concentration");
    let hhi = |kind: &&Value| num(kind, "hhi").unwrap_or(0.0);
    let worst = kinds.iter().max_by(|a, b| hhi(a).total_cmp(&hhi(b)))?;
    let top = |kind: &Value| -> (String, f64) {
        let known = rows(kind, "shares").iter().filter(|s| !s["party"].is_null());
        let shares = known.map(|s| (named(s).to_owned(), num(s, "share").unwrap_or(0.0)));
        shares.fold((String::new(), 0.0), |best, one| if one.1 > best.1 { one } else { best })
    };
    let (party, share) = top(worst);
    let said = format!(
        "It is most concentrated by <strong>{}</strong>: {} stands behind {} of the firm work that is served.",
        safe(&words(text(worst, "kind"))),
        safe(&party),
        tips.number(&percent(share), "concentration")
    );
    let columns = [
        ("Kind", Words, None),
        ("HHI", Numbers, Some("concentration")),
        ("Party", Words, None),
        ("Share", Numbers, None),
    ];
    let mut cells = Vec::new();
    for kind in kinds {
        for share in rows(kind, "shares") {
            cells.push(vec![
                safe(&words(text(kind, "kind"))),
                num(kind, "hhi").map_or_else(String::new, |h| decimal(h, 2)),
                safe(named(share)),
                num(share, "share").map_or_else(String::new, percent),
            ]);
        }
    }
    Some(Figure {
        title: "Who stands behind it".to_owned(),
        words: said,
        alt: "A bar for each kind of party, cut into the shares of firm work served behind each party.".to_owned(),
        why: "concentration",
        table: table(tips, "Share of served firm work behind each party", &columns, &cells),
        data: json!({ "kinds": kinds.iter().map(|k| json!({ "kind": words(text(k, "kind")), "hhi": k["hhi"], "shares": rows(k, "shares").iter().map(|s| json!({ "party": named(s), "share": s["share"], "is_known": !s["party"].is_null() })).collect::<Vec<_>>() })).collect::<Vec<_>>() }),
    })
}

/// Returns the name of a share's party.
fn named(share: &Value) -> &str {
    let name = text(share, "name");
    if name.is_empty() { text(share, "party") } else { name }
}
