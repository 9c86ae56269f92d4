//! `offtake tenants`: to whom capacity is promised, and how much at most.

use super::client::{Change, Client, escaped};
use super::shape::Tenant;
use super::{Remote, give, show};
use crate::failure::{End, Failure};
use crate::screen;
use offtake_report::number::whole;
use offtake_report::{Columns, Side};
use serde_json::{Map, Value, json};

/// List tenants with what they are promised, or enter one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  offtake tenants list\n  \
                        offtake tenants set acme --name 'Acme AI' --credit-limit 50000000 --quota 4000 --floor gb300-nvl72=2.10")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List them, with what their promises are worth from now on
    List {
        #[command(flatten)]
        remote: Remote,
    },
    /// Enter a tenant, or say anew all that holds for one
    Set(Set),
}

/// What is to hold for a tenant.
#[derive(Debug, clap::Args)]
struct Set {
    /// Its id
    id: String,
    /// Its name for people
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// The most that its promises may be worth from now to their ends [default: no limit]
    #[arg(long, value_name = "MONEY", allow_negative_numbers = true)]
    credit_limit: Option<f64>,
    /// The most GPUs that it may have at any minute [default: no limit]
    #[arg(long, value_name = "GPUS", allow_negative_numbers = true)]
    quota: Option<i64>,
    /// What it pays at least for a GPU-hour of a type, as `gb300-nvl72=2.10`
    #[arg(long, value_name = "TYPE=PRICE", value_parser = floor)]
    floor: Vec<(String, f64)>,
    #[command(flatten)]
    remote: Remote,
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    let set = match arguments.what {
        What::List { remote } => {
            let client = Client::open(&remote)?;
            let tenants = Value::from(client.all("/v1/tenants")?);
            return give(&remote, tenants, |tenants: Vec<Tenant>| table(&tenants, &client));
        }
        What::Set(set) => set,
    };
    let client = Client::open(&set.remote)?;
    let floors: Map<String, Value> =
        set.floor.iter().map(|(kind, price)| (kind.clone(), json!(price))).collect();
    let body = json!({
        "name": set.name, "credit_limit": set.credit_limit, "quota": set.quota, "floors": floors,
    });
    let path = format!("/v1/tenants/{}", escaped(&set.id));
    let answer = client.change(Change { method: "PUT", path: &path, version: None }, &body)?;
    give(&set.remote, answer, |tenant: Tenant| table(&[tenant], &client))
}

fn table(tenants: &[Tenant], client: &Client) -> Result<String, Failure> {
    let heads = [
        ("Id", Side::Left),
        ("Name", Side::Left),
        ("Promised", Side::Right),
        ("Credit limit", Side::Right),
        ("Quota, GPUs", Side::Right),
    ];
    let title = format!("Tenants (money in {})", show::currency(client)?);
    let mut table = Columns::new(&title, &heads);
    for tenant in tenants {
        let Tenant { id, name, credit_limit, quota, exposure } = tenant;
        let limit = credit_limit.map_or("none".to_owned(), whole);
        let quota = quota.map_or("none".to_owned(), |gpus| whole(gpus as f64));
        table.push(vec![id.clone(), name.clone(), whole(*exposure), limit, quota]);
    }
    Ok(table.text(screen::style()))
}

/// Reads `TYPE=PRICE`.
fn floor(text: &str) -> Result<(String, f64), String> {
    let read = || {
        let (kind, price) = text.split_once('=')?;
        Some((kind.to_owned(), price.parse::<f64>().ok().filter(|price| price.is_finite())?))
    };
    read().ok_or_else(|| format!("`{text}` is no floor; write it as `gb300-nvl72=2.10`"))
}
