//! `offtake pipeline`: who may come.

use super::client::{Change, Client, escaped};
use super::shape::Prospect;
use super::when::{When, shown};
use super::{Remote, give, show};
use crate::failure::{End, Failure};
use crate::screen;
use offtake_report::number::whole;
use offtake_report::{Columns, Side};
use serde_json::{Value, json};

/// List who may come, enter an opportunity, or forget one; it holds nothing
///
/// An opportunity is shown in the position by its chance. One with a right of first refusal lets others have what it may
/// claim only once it has answered, or by an override.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake pipeline list\n  \
                        offtake pipeline set lab-2030 --party lab --pool childress-h4 --gpus 2304 --from 2030-01 --until 2032-01 --chance 0.4\n  \
                        offtake pipeline forget lab-2030")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List opportunities
    List {
        #[command(flatten)]
        remote: Remote,
    },
    /// Enter an opportunity, or say anew all of one
    Set(Set),
    /// Forget an opportunity
    Forget {
        /// Its id
        id: String,
        #[command(flatten)]
        remote: Remote,
    },
}

/// An opportunity.
#[derive(Debug, clap::Args)]
struct Set {
    /// Its id
    id: String,
    /// Who may come
    #[arg(long, value_name = "ID")]
    party: String,
    /// The pool that would serve it, if that is known
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
    /// How many GPUs
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    gpus: i64,
    /// From when; UTC unless an offset stands behind
    #[arg(long, value_name = "WHEN")]
    from: When,
    /// Until just before when
    #[arg(long, value_name = "WHEN")]
    until: When,
    /// Chance of closing, from 0 to 1
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    chance: f64,
    /// Until when others are refused what it may claim
    #[arg(long, value_name = "WHEN")]
    first_refusal_until: Option<When>,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let set = match arguments.what {
        What::List { remote } => {
            let answer = Client::open(&remote)?.get("/v1/pipeline")?;
            return give(&remote, answer, |prospects: Vec<Prospect>| Ok(table(&prospects)));
        }
        What::Forget { id, remote } => {
            let path = format!("/v1/pipeline/{}", escaped(&id));
            let change = Change { method: "DELETE", path: &path, version: None };
            Client::open(&remote)?.change(change, &json!({}))?;
            return give(&remote, json!({ "forgotten": id }), |_: Value| Ok(format!("{id} is forgotten\n")));
        }
        What::Set(set) => set,
    };
    let body = json!({
        "party": set.party, "pool": set.pool, "gpus": set.gpus, "from": set.from.text(),
        "until": set.until.text(), "chance": set.chance,
        "first_refusal_until": set.first_refusal_until.map(When::text),
    });
    let path = format!("/v1/pipeline/{}", escaped(&set.id));
    let change = Change { method: "PUT", path: &path, version: None };
    let answer = Client::open(&set.remote)?.change(change, &body)?;
    give(&set.remote, answer, |prospect: Prospect| Ok(table(&[prospect])))
}

fn table(prospects: &[Prospect]) -> String {
    let heads = [
        ("Id", Side::Left),
        ("Party", Side::Left),
        ("Pool", Side::Left),
        ("GPUs", Side::Right),
        ("From", Side::Left),
        ("Until", Side::Left),
        ("Chance", Side::Right),
        ("First refusal until", Side::Left),
    ];
    if prospects.is_empty() {
        return "the pipeline is empty\n".to_owned();
    }
    let mut table = Columns::new("Pipeline", &heads);
    for prospect in prospects {
        table.push(vec![
            prospect.id.clone(),
            prospect.party.clone(),
            prospect.pool.clone().unwrap_or_else(|| "any".to_owned()),
            whole(prospect.gpus as f64),
            shown(&prospect.from),
            shown(&prospect.until),
            show::chance(prospect.chance),
            prospect.first_refusal_until.as_deref().map_or(String::new(), shown),
        ]);
    }
    table.text(screen::style())
}
