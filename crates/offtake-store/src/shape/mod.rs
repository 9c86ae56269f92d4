//! How events are written: one JSON object for each kind of change, and the numbers of joint paths apart from it.
//!
//! The kind stands in a column of its own, so that reading needs no guess. Fields that are as by default are left out.
//! **Invariant:** what is written is read as the same change; a field may be added with a default, none may change its
//! meaning (that takes a migration).

mod book;
mod publication;

use crate::StoreError;
use offtake_ledger::{
    Change, Constraints, Firmness, Instant, Latency, Part, PoolId, Promise, PromiseId, Prospect,
    Racks, Settings, Tenant, Together, Tokens, USUAL,
};
use offtake_model::{AcceleratorId, Id, PartyId, SiteId, ZoneId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

use book::BookShape;
use publication::PublicationShape;
pub(crate) use publication::{packed_paths, unpack_paths};

/// Whether the numbers of joint paths are read along with a publication; a million numbers are read only where they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadPaths {
    /// Of every publication.
    All,
    /// Of the last publication only; those before it come without paths.
    Last,
}

/// A part as it is written: pool, GPUs, first minute, minute after the last, fee.
#[derive(Serialize, Deserialize)]
struct PartShape(String, i64, i32, i32, i64);

#[derive(Serialize, Deserialize)]
struct HeldShape {
    id: String,
    tenant: String,
    parts: Vec<PartShape>,
    #[serde(default, skip_serializing_if = "ConstraintsShape::is_default")]
    asked: ConstraintsShape,
    firmness: Firmness,
    lapses: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overridden: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct PromiseShape {
    id: String,
}

#[derive(Serialize, Deserialize)]
struct ConfirmedShape {
    id: String,
    firmness: Firmness,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overridden: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct ChangedShape {
    id: String,
    parts: Vec<PartShape>,
    firmness: Firmness,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overridden: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct TenantShape {
    id: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credit_limit: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quota: Option<i64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    floors: BTreeMap<String, i64>,
    /// Who was entered before there was such a limit may ask for any.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    best_priority: u8,
}

#[derive(Serialize, Deserialize)]
struct ProspectShape {
    id: String,
    party: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    gpus: i64,
    from: i32,
    until: i32,
    chance: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_refusal_until: Option<i32>,
}

#[derive(Serialize, Deserialize)]
struct SettingsShape {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval_above: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct TokenShape {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    role: String,
}

const fn one() -> i64 {
    1
}
const fn first() -> u8 {
    1
}
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
const fn is_first(priority: &u8) -> bool {
    *priority == 1
}
const fn usual() -> Firmness {
    USUAL
}

/// Constraints as they are written.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ConstraintsShape {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accelerators: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    zones: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    avoid: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    avoid_zones: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latency: Option<(String, u32)>,
    #[serde(default = "one")]
    nvlink_domain: i64,
    #[serde(default)]
    whole_racks: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    together: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_ceiling: Option<i64>,
    #[serde(default = "first")]
    priority: u8,
    #[serde(default = "usual")]
    firmness: Firmness,
    /// Work, thousandths of tokens a second, and those that each user has to see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tokens: Option<(String, i64, i64)>,
}

impl Default for ConstraintsShape {
    fn default() -> ConstraintsShape {
        ConstraintsShape::from(&Constraints::default())
    }
}

impl ConstraintsShape {
    fn is_default(&self) -> bool {
        *self == ConstraintsShape::default()
    }

    fn read(self) -> Result<Constraints, String> {
        let together = match self.together.as_deref() {
            None => Together::Pool,
            Some("site") => Together::Site,
            Some("anywhere") => Together::Anywhere,
            Some(other) => return Err(format!("`{other}` is no way to stand together")),
        };
        Ok(Constraints {
            accelerators: ids::<AcceleratorId>(&self.accelerators)?,
            zones: ids::<ZoneId>(&self.zones)?,
            avoid: ids::<SiteId>(&self.avoid)?,
            avoid_zones: ids::<ZoneId>(&self.avoid_zones)?,
            pool: self.pool.as_deref().map(PoolId::new),
            latency: self.latency.map(|(from, round_trip)| Latency { from, round_trip }),
            nvlink_domain: self.nvlink_domain,
            racks: if self.whole_racks { Racks::Whole } else { Racks::Shared },
            together,
            price_ceiling: self.price_ceiling,
            priority: self.priority,
            firmness: self.firmness,
            tokens: self.tokens.map(|(work, per_second, interactivity)| {
                Box::new(Tokens { work, per_second, interactivity })
            }),
        })
    }
}

impl From<&Constraints> for ConstraintsShape {
    fn from(asked: &Constraints) -> ConstraintsShape {
        let texts = |ids: &[ZoneId]| ids.iter().map(ToString::to_string).collect();
        ConstraintsShape {
            accelerators: asked.accelerators.iter().map(ToString::to_string).collect(),
            zones: texts(&asked.zones),
            avoid: asked.avoid.iter().map(ToString::to_string).collect(),
            avoid_zones: texts(&asked.avoid_zones),
            pool: asked.pool.as_ref().map(ToString::to_string),
            latency: asked.latency.as_ref().map(|of| (of.from.clone(), of.round_trip)),
            nvlink_domain: asked.nvlink_domain,
            whole_racks: asked.racks == Racks::Whole,
            together: match asked.together {
                Together::Pool => None,
                Together::Site => Some("site".to_owned()),
                Together::Anywhere => Some("anywhere".to_owned()),
            },
            price_ceiling: asked.price_ceiling,
            priority: asked.priority,
            firmness: asked.firmness,
            tokens: asked
                .tokens
                .as_ref()
                .map(|of| (of.work.clone(), of.per_second, of.interactivity)),
        }
    }
}

fn id<T: Id>(text: &str) -> Result<T, String> {
    T::new(text).map_err(|error| error.to_string())
}

fn ids<T: Id>(texts: &[String]) -> Result<Vec<T>, String> {
    texts.iter().map(|text| id(text)).collect()
}

fn promise_id(text: &str) -> Result<PromiseId, String> {
    PromiseId::parse(text).ok_or_else(|| format!("`{text}` is no id of a promise"))
}

fn part(part: &Part) -> PartShape {
    PartShape(part.pool.to_string(), part.gpus, part.from, part.until, part.fee)
}

fn parts(shapes: Vec<PartShape>) -> Vec<Part> {
    let read = |PartShape(pool, gpus, from, until, fee): PartShape| Part {
        pool: PoolId::new(&pool),
        gpus,
        from,
        until,
        fee,
    };
    shapes.into_iter().map(read).collect()
}

/// A change as it is written: its JSON, and the packed paths of a publication.
pub(crate) struct Written {
    pub(crate) body: String,
    pub(crate) paths: Option<Vec<u8>>,
}

/// Writes a change.
pub(crate) fn write(change: &Change) -> Result<Written, StoreError> {
    let paths = match change {
        Change::Published(publication) => Some(packed_paths(publication)?),
        _ => None,
    };
    let body = body(change).map_err(StoreError::write)?;
    Ok(Written { body, paths })
}

fn body(change: &Change) -> serde_json::Result<String> {
    let promise = |id: &PromiseId| serde_json::to_string(&PromiseShape { id: id.to_string() });
    match change {
        Change::Published(publication) => {
            serde_json::to_string(&PublicationShape::from(&**publication))
        }
        Change::Set(settings) => {
            serde_json::to_string(&SettingsShape { approval_above: settings.approval_above })
        }
        Change::Entered(tenant) => serde_json::to_string(&tenant_shape(tenant)),
        Change::Foreseen(prospect) => serde_json::to_string(&prospect_shape(prospect)),
        Change::Forgotten(id) => serde_json::to_string(&PromiseShape { id: id.clone() }),
        Change::Held { promise, lapses, overridden } => serde_json::to_string(&HeldShape {
            id: promise.id.to_string(),
            tenant: promise.tenant.to_string(),
            parts: promise.parts.iter().map(part).collect(),
            asked: ConstraintsShape::from(&promise.constraints),
            firmness: promise.firmness,
            lapses: lapses.millis(),
            overridden: overridden.clone(),
        }),
        Change::Approved { promise: id }
        | Change::Released { promise: id }
        | Change::Cancelled { promise: id } => promise(id),
        Change::Confirmed { promise, firmness, overridden } => {
            serde_json::to_string(&ConfirmedShape {
                id: promise.to_string(),
                firmness: *firmness,
                overridden: overridden.clone(),
            })
        }
        Change::Changed { promise, parts, firmness, overridden } => {
            serde_json::to_string(&ChangedShape {
                id: promise.to_string(),
                parts: parts.iter().map(part).collect(),
                firmness: *firmness,
                overridden: overridden.clone(),
            })
        }
        Change::Imported(version) => serde_json::to_string(&BookShape::from(&**version)),
        Change::Admitted { name, role } => {
            serde_json::to_string(&TokenShape { name: name.clone(), role: role.clone() })
        }
        Change::Barred { name } => {
            serde_json::to_string(&TokenShape { name: name.clone(), role: String::new() })
        }
    }
}

fn tenant_shape(tenant: &Tenant) -> TenantShape {
    TenantShape {
        id: tenant.id.to_string(),
        name: tenant.name.clone(),
        credit_limit: tenant.credit_limit,
        quota: tenant.quota,
        floors: tenant.floors.iter().map(|(kind, fee)| (kind.to_string(), *fee)).collect(),
        best_priority: tenant.best_priority,
    }
}

fn prospect_shape(prospect: &Prospect) -> ProspectShape {
    ProspectShape {
        id: prospect.id.clone(),
        party: prospect.party.to_string(),
        pool: prospect.pool.as_ref().map(ToString::to_string),
        gpus: prospect.gpus,
        from: prospect.from,
        until: prospect.until,
        chance: prospect.chance,
        first_refusal_until: prospect.first_refusal_until,
    }
}

fn json<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|error| error.to_string())
}

/// Reads a change of a kind from its JSON, and a publication's paths where they are given.
pub(crate) fn read(kind: &str, body: &str, paths: Option<&[u8]>) -> Result<Change, String> {
    let promise = || promise_id(&json::<PromiseShape>(body)?.id);
    Ok(match kind {
        "held" => held(json(body)?)?,
        "confirmed" => {
            let shape: ConfirmedShape = json(body)?;
            let promise = promise_id(&shape.id)?;
            Change::Confirmed { promise, firmness: shape.firmness, overridden: shape.overridden }
        }
        "changed" => {
            let shape: ChangedShape = json(body)?;
            Change::Changed {
                promise: promise_id(&shape.id)?,
                parts: parts(shape.parts),
                firmness: shape.firmness,
                overridden: shape.overridden,
            }
        }
        "approved" => Change::Approved { promise: promise()? },
        "released" => Change::Released { promise: promise()? },
        "cancelled" => Change::Cancelled { promise: promise()? },
        "published" => {
            let shape: PublicationShape = json(body)?;
            let mut publication = shape.read()?;
            if let Some(paths) = paths {
                unpack_paths(paths, &mut publication)?;
            }
            Change::Published(Arc::new(publication))
        }
        "set" => {
            Change::Set(Settings { approval_above: json::<SettingsShape>(body)?.approval_above })
        }
        "entered" => Change::Entered(tenant(json(body)?)?),
        "foreseen" => Change::Foreseen(prospect(json(body)?)?),
        "forgotten" => Change::Forgotten(json::<PromiseShape>(body)?.id),
        "imported" => Change::Imported(Arc::new(json::<BookShape>(body)?.read())),
        "admitted" => {
            let shape: TokenShape = json(body)?;
            Change::Admitted { name: shape.name, role: shape.role }
        }
        "barred" => Change::Barred { name: json::<TokenShape>(body)?.name },
        other => return Err(format!("`{other}` is no kind of change")),
    })
}

fn held(shape: HeldShape) -> Result<Change, String> {
    Ok(Change::Held {
        promise: Promise {
            id: promise_id(&shape.id)?,
            tenant: id(&shape.tenant)?,
            parts: parts(shape.parts),
            constraints: shape.asked.read()?,
            firmness: shape.firmness,
        },
        lapses: Instant::from_millis(shape.lapses),
        overridden: shape.overridden,
    })
}

fn tenant(shape: TenantShape) -> Result<Tenant, String> {
    let floor = |(kind, fee): (String, i64)| Ok((id(&kind)?, fee));
    Ok(Tenant {
        id: id::<PartyId>(&shape.id)?,
        name: shape.name,
        credit_limit: shape.credit_limit,
        quota: shape.quota,
        floors: shape.floors.into_iter().map(floor).collect::<Result<_, String>>()?,
        best_priority: shape.best_priority,
    })
}

fn prospect(shape: ProspectShape) -> Result<Prospect, String> {
    Ok(Prospect {
        id: shape.id,
        party: id(&shape.party)?,
        pool: shape.pool.as_deref().map(PoolId::new),
        gpus: shape.gpus,
        from: shape.from,
        until: shape.until,
        chance: shape.chance,
        first_refusal_until: shape.first_refusal_until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use offtake_ledger::{Publication, Rate};

    #[test]
    fn what_was_written_before_there_was_a_field_reads_as_it_was_meant() {
        let old = r#"{"id":"acme","name":"Acme"}"#;
        let Change::Entered(tenant) = read("entered", old, None).unwrap() else { panic!() };
        assert_eq!(tenant.best_priority, 1);
        assert_eq!(body(&Change::Entered(tenant.clone())).unwrap(), old);
        let limited = Change::Entered(Tenant { best_priority: 3, ..tenant });
        assert_eq!(read("entered", &body(&limited).unwrap(), None).unwrap(), limited);
        let old = r#"{"id":"00000000-0000-0000-0000-000000000001","tenant":"acme","parts":[["p",1,0,1,0]],"asked":{"nvlink_domain":1,"whole_racks":false,"priority":2,"firmness":900000},"firmness":900000,"lapses":0}"#;
        let Change::Held { promise, lapses, overridden } = read("held", old, None).unwrap() else {
            panic!()
        };
        assert_eq!(promise.constraints, Constraints { priority: 2, ..Constraints::default() });
        let tokens = Tokens { work: "chat".to_owned(), per_second: 5, interactivity: 7 };
        let constraints = Constraints {
            tokens: Some(Box::new(tokens)),
            avoid_zones: ids(&["no".to_owned()]).unwrap(),
            ..promise.constraints.clone()
        };
        let promise = Promise { constraints, ..promise };
        let held = Change::Held { promise, lapses, overridden };
        assert_eq!(read("held", &body(&held).unwrap(), None).unwrap(), held);
        let old = r#"{"study":"s","currency":"USD","path_count":1,"pools":[]}"#;
        let Change::Published(publication) = read("published", old, None).unwrap() else {
            panic!()
        };
        assert_eq!(publication.rates, []);
        let rate = Rate {
            work: "chat".to_owned(),
            accelerator: id("gb300").unwrap(),
            interactivity: 0,
            per_gpu: 9,
        };
        let publication = Publication { rates: vec![rate], ..(*publication).clone() };
        let published = Change::Published(Arc::new(publication));
        assert_eq!(read("published", &body(&published).unwrap(), None).unwrap(), published);
    }
}
