//! Shapes of requests and answers, and how they become what the desk works with.
//!
//! Instants are text of RFC 3339 in UTC on whole minutes, money is decimal in the ledger's currency, probabilities are
//! from 0 to 1. What cannot be read is a finding with the field's name, and all of them come at once.

use crate::auth::Principal;
use crate::problem::Problem;
use jiff::Timestamp;
use offtake_desk::{Alternative, By, Fault, Ledger, Minute, Placed, Standing, Wish};
use offtake_ledger::{
    Constraints, Fee, Firmness, Instant, Latency, Part, PoolId, Priority, Racks, Together, Tokens,
};
use offtake_model::{Id, PartyId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What capacity must be like.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ConstraintsShape {
    /// Types of GPU that will do; none for any.
    pub(crate) accelerators: Vec<String>,
    /// Zones that will do, each with all within it; none for any.
    pub(crate) zones: Vec<String>,
    /// Sites that will not do.
    pub(crate) avoid: Vec<String>,
    /// Zones that will not do, each with all within it.
    pub(crate) avoid_zones: Vec<String>,
    /// The pool that it must be.
    pub(crate) pool: Option<String>,
    /// The place that the round trip is measured from.
    pub(crate) latency_from: Option<String>,
    /// The longest round trip in milliseconds.
    pub(crate) latency_ms: Option<f64>,
    /// The smallest NVLink domain that will do, in GPUs.
    pub(crate) nvlink_domain: Option<i64>,
    /// Whether only whole racks are taken.
    pub(crate) whole_racks: bool,
    /// `pool` (as if nothing is said), `site` or `anywhere`: how far apart GPUs may stand.
    pub(crate) together: Option<String>,
    /// The most that may be asked for a GPU-hour.
    pub(crate) price_ceiling: Option<f64>,
    /// 1 is served first, 5 last; the best that the tenant may ask for if nothing is said.
    pub(crate) priority: Option<u8>,
    /// The least joint firmness, 0.9 if nothing is said.
    pub(crate) firmness: Option<f64>,
}

/// Capacity that is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WishShape {
    /// For whom; a tenant's token asks for its own.
    #[serde(default)]
    pub(crate) tenant: Option<String>,
    /// How many GPUs; left out where tokens are asked for.
    #[serde(default)]
    pub(crate) gpus: Option<i64>,
    /// How many tokens a second in all, in place of GPUs: as many of each type are quoted as do them.
    #[serde(default)]
    pub(crate) tokens_per_second: Option<f64>,
    /// What makes the tokens: a workload of the book, at its own target, or a model of its catalog.
    #[serde(default)]
    pub(crate) work: Option<String>,
    /// Tokens a second that each user of a model has to see at least; any if nothing is said.
    #[serde(default)]
    pub(crate) tokens_per_user: Option<f64>,
    /// For how many hours.
    pub(crate) hours: f64,
    /// For how many hours at least: where all of them cannot be had, as many as can. All if nothing is said.
    #[serde(default)]
    pub(crate) hours_at_least: Option<f64>,
    /// The first instant at which it may start.
    pub(crate) earliest: String,
    /// The last instant at which it may start; the first if nothing is said.
    #[serde(default)]
    pub(crate) latest: Option<String>,
    /// What the capacity must be like.
    #[serde(default)]
    pub(crate) constraints: ConstraintsShape,
    /// `start` (as if nothing is said), `price` or `firmness`: which alternatives come first.
    #[serde(default)]
    pub(crate) by: Option<String>,
    /// How many alternatives at most, 3 if nothing is said.
    #[serde(default)]
    pub(crate) alternatives: Option<usize>,
    /// Whether each alternative is to come with its joint firmness.
    #[serde(default)]
    pub(crate) joint: bool,
}

/// GPUs of one pool from one instant to another.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartShape {
    /// Which pool.
    pub(crate) pool: String,
    /// How many.
    pub(crate) gpus: i64,
    /// From when.
    pub(crate) from: String,
    /// Until just before when.
    pub(crate) until: String,
    /// What is paid for a GPU-hour.
    pub(crate) price: f64,
}

/// One way to serve a wish.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AlternativeShape {
    /// What it takes; give it to `POST /v1/holds` as it is.
    pub(crate) parts: Vec<PartShape>,
    /// When it starts.
    pub(crate) start: String,
    /// GPUs in all.
    pub(crate) gpus: i64,
    /// What it costs in all.
    pub(crate) total: f64,
    /// The level of firm supply that it fits in, pool by pool: a screen and no promise.
    pub(crate) screen: f64,
    /// Probability that it is kept over all its pools and months, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) joint: Option<f64>,
}

/// A promise as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PromiseShape {
    /// Its id.
    pub(crate) id: String,
    /// To whom.
    pub(crate) tenant: String,
    /// `held`, `committed`, `lapsed`, `released` or `cancelled`.
    pub(crate) state: String,
    /// What it takes, or took.
    pub(crate) parts: Vec<PartShape>,
    /// Who is served first.
    pub(crate) priority: u8,
    /// The joint firmness that it was promised at.
    pub(crate) promised_firmness: f64,
    /// The joint firmness that it has now; left out once it takes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) firmness: Option<f64>,
    /// When the hold lapses; left out once it is no hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lapses: Option<String>,
    /// How often it changed: what `If-Match` names.
    pub(crate) version: u32,
}

/// Writes a minute.
pub(crate) fn text_of(minute: Minute) -> String {
    instant_text(Instant::from_minute(minute))
}

/// Writes an instant.
pub(crate) fn instant_text(at: Instant) -> String {
    Timestamp::from_millisecond(at.millis())
        .map_or_else(|_| "never".to_owned(), |time| time.to_string())
}

pub(crate) fn money(millionths: i128) -> f64 {
    millionths as f64 / 1e6
}

pub(crate) fn share(firmness: Firmness) -> f64 {
    f64::from(firmness) / 1e6
}

/// The longest text of a field in bytes.
const LONGEST_TEXT: usize = 2_000;

/// Says what is wrong with words that people write: too long to read, or characters that are not seen, which a store may
/// not take and which make one name look like another.
pub(crate) fn words_fault(field: &str, text: &str) -> Option<Fault> {
    let is_unseen = |letter: char| {
        (letter.is_control() && !matches!(letter, '\n' | '\t'))
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let problem = match text.chars().find(|letter| is_unseen(*letter)) {
        Some(letter) => format!("has the character {}, which is not seen", letter.escape_unicode()),
        None if text.len() > LONGEST_TEXT => format!("is {} bytes long", text.len()),
        None => return None,
    };
    Some(Fault::new(field, problem, "use up to 2,000 bytes of text that can be seen"))
}

/// Reads fields and keeps what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) faults: Vec<Fault>,
    /// The priority of whoever asks for none.
    priority: Option<Priority>,
}

impl Reader {
    /// Reads on for a tenant: who asks for no priority gets the best that it may ask for.
    pub(crate) fn rank(&mut self, ledger: &Ledger, tenant: Option<&PartyId>) {
        self.priority = Some(ledger.best_priority(tenant));
    }

    /// Notes a better priority than its own tenant may ask for; the desk may ask for any and waive.
    pub(crate) fn check_priority(&mut self, who: &Principal, asked: Priority) {
        let Some(best) = self.priority.filter(|best| who.tenant.is_some() && asked < *best) else {
            return;
        };
        let fix = format!("ask for {best} or later, or leave it out");
        self.fault("constraints.priority", format!("is {asked}"), &fix);
    }

    fn fault(&mut self, field: &str, problem: String, fix: &str) {
        self.faults.push(Fault::new(field, problem, fix));
    }

    /// Reads words that people write.
    pub(crate) fn words(&mut self, field: &str, text: &str) {
        self.faults.extend(words_fault(field, text));
    }

    /// Reads for whom a request is, and keeps what is wrong with the name.
    pub(crate) fn tenant(
        &mut self,
        who: &Principal,
        named: Option<&str>,
    ) -> Result<Option<PartyId>, Problem> {
        let named: Option<PartyId> = named.and_then(|text| self.id("tenant", text));
        who.tenant_for(named.as_ref().map(PartyId::as_str))
    }

    /// Returns all that is wrong, if anything is.
    pub(crate) fn check(self) -> Result<(), Problem> {
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid(self.faults)) }
    }

    /// Reads an instant on a whole minute.
    pub(crate) fn minute(&mut self, field: &str, text: &str) -> Minute {
        let fix = "write it in UTC on a whole minute, as 2027-01-01T00:00:00Z";
        let seconds = match text.parse::<Timestamp>() {
            Ok(time) if time.subsec_nanosecond() == 0 && time.as_second() % 60 == 0 => {
                time.as_second()
            }
            Ok(_) => {
                self.fault(field, format!("`{text}` is within a minute"), fix);
                return 0;
            }
            Err(_) => {
                self.fault(field, format!("`{text}` is no instant"), fix);
                return 0;
            }
        };
        Minute::try_from(seconds / 60).unwrap_or_else(|_| {
            self.fault(
                field,
                format!("`{text}` is too far away"),
                "use an instant before the year 6000",
            );
            0
        })
    }

    /// Reads money for a GPU-hour.
    pub(crate) fn fee(&mut self, field: &str, amount: f64) -> Fee {
        if (0.0..=1e9).contains(&amount) {
            return (amount * 1e6).round() as Fee;
        }
        self.fault(
            field,
            format!("is {amount}"),
            "use 0 or more, in the ledger's currency for a GPU-hour",
        );
        0
    }

    /// Reads money in all.
    pub(crate) fn amount(&mut self, field: &str, amount: f64) -> i64 {
        if (0.0..=9e12).contains(&amount) {
            return (amount * 1e6).round() as i64;
        }
        self.fault(field, format!("is {amount}"), "use 0 or more, in the ledger's currency");
        0
    }

    /// Reads a probability.
    pub(crate) fn share(&mut self, field: &str, value: f64) -> Firmness {
        if (0.0..=1.0).contains(&value) {
            return (value * 1e6).round() as Firmness;
        }
        self.fault(field, format!("is {value}"), "use a probability from 0 to 1, as 0.9");
        0
    }

    pub(crate) fn minutes(&mut self, field: &str, hours: f64) -> Minute {
        let minutes = hours * 60.0;
        if minutes.is_finite()
            && minutes > 0.0
            && minutes < 1e8
            && (minutes - minutes.round()).abs() < 1e-6
        {
            return minutes.round() as Minute;
        }
        self.fault(
            field,
            format!("is {hours}"),
            "use a time above 0, in hours, that is a whole number of minutes",
        );
        1
    }

    pub(crate) fn id<T: Id>(&mut self, field: &str, text: &str) -> Option<T> {
        T::new(text)
            .map_err(|error| {
                self.fault(field, error.to_string(), "use an id as it stands in the book")
            })
            .ok()
    }

    fn ids<T: Id>(&mut self, field: &str, texts: &[String]) -> Vec<T> {
        texts.iter().filter_map(|text| self.id(field, text)).collect()
    }

    pub(crate) fn constraints(&mut self, shape: &ConstraintsShape) -> Constraints {
        let usual = Constraints::default();
        let together = match shape.together.as_deref() {
            None | Some("pool") => Together::Pool,
            Some("site") => Together::Site,
            Some("anywhere") => Together::Anywhere,
            Some(other) => {
                self.fault(
                    "constraints.together",
                    format!("`{other}` is none"),
                    "use pool, site or anywhere",
                );
                Together::Pool
            }
        };
        let firmness = shape.firmness.map(|value| self.share("constraints.firmness", value));
        Constraints {
            accelerators: self.ids("constraints.accelerators", &shape.accelerators),
            zones: self.ids("constraints.zones", &shape.zones),
            avoid: self.ids("constraints.avoid", &shape.avoid),
            avoid_zones: self.ids("constraints.avoid_zones", &shape.avoid_zones),
            pool: shape.pool.as_deref().map(PoolId::new),
            latency: self.latency(shape),
            nvlink_domain: shape.nvlink_domain.unwrap_or(usual.nvlink_domain),
            racks: if shape.whole_racks { Racks::Whole } else { Racks::Shared },
            together,
            price_ceiling: shape
                .price_ceiling
                .map(|fee| self.fee("constraints.price_ceiling", fee)),
            priority: shape.priority.or(self.priority).unwrap_or(usual.priority),
            firmness: firmness.unwrap_or(usual.firmness),
            tokens: None,
        }
    }

    fn latency(&mut self, shape: &ConstraintsShape) -> Option<Latency> {
        match (&shape.latency_from, shape.latency_ms) {
            (None, None) => None,
            (Some(from), Some(ms)) if (0.0..=60_000.0).contains(&ms) => {
                Some(Latency { from: from.clone(), round_trip: (ms * 1e3) as u32 })
            }
            (_, ms) => {
                let problem =
                    format!("is {}", ms.map_or("missing".to_owned(), |ms| ms.to_string()));
                self.fault(
                    "constraints.latency_ms",
                    problem,
                    "give latency_from and 0 to 60,000 ms together",
                );
                None
            }
        }
    }

    /// Reads work that is asked for in place of GPUs.
    fn tokens(&mut self, shape: &WishShape) -> Option<Tokens> {
        let thousandths =
            |tokens: f64| (0.0..=1e15).contains(&tokens).then_some((tokens * 1e3) as i64);
        let asked = match (shape.tokens_per_second, &shape.work, shape.tokens_per_user) {
            (None, None, None) => return None,
            (Some(all), Some(work), each) => {
                let (all, each) = (thousandths(all), thousandths(each.unwrap_or(0.0)));
                all.zip(each).map(|(per_second, interactivity)| Tokens {
                    work: work.clone(),
                    per_second,
                    interactivity,
                })
            }
            _ => None,
        };
        if asked.is_none() {
            self.fault(
                "tokens_per_second",
                "lacks what makes them, or is out of range".to_owned(),
                "give tokens_per_second and work together, and tokens_per_user with them or not at all",
            );
        }
        asked
    }

    /// Reads a wish for whoever is asking.
    pub(crate) fn wish(&mut self, shape: &WishShape) -> Wish {
        let by = match shape.by.as_deref() {
            None | Some("start") => By::Start,
            Some("price") => By::Price,
            Some("firmness") => By::Firmness,
            Some(other) => {
                self.fault("by", format!("`{other}` is none"), "use start, price or firmness");
                By::Start
            }
        };
        let earliest = self.minute("earliest", &shape.earliest);
        Wish {
            tenant: None,
            gpus: shape.gpus.unwrap_or(0),
            minutes: self.minutes("hours", shape.hours),
            earliest,
            latest: shape.latest.as_deref().map_or(earliest, |text| self.minute("latest", text)),
            constraints: Constraints {
                tokens: self.tokens(shape).map(Box::new),
                ..self.constraints(&shape.constraints)
            },
            by,
            count: shape.alternatives.unwrap_or(3),
        }
    }

    /// Reads for how many minutes a wish of so many may be served at least.
    pub(crate) fn least(&mut self, shape: &WishShape, minutes: Minute) -> Minute {
        let Some(hours) = shape.hours_at_least else { return minutes };
        let least = self.minutes("hours_at_least", hours);
        if !(1..=minutes).contains(&least) {
            let problem = format!("is {hours}");
            self.fault(
                "hours_at_least",
                problem,
                "use a minute at least, and no more than `hours`",
            );
        }
        least
    }

    pub(crate) fn parts(&mut self, shapes: &[PartShape]) -> Vec<Part> {
        let mut parts = Vec::with_capacity(shapes.len());
        for shape in shapes {
            parts.push(Part {
                pool: PoolId::new(&shape.pool),
                gpus: shape.gpus,
                from: self.minute("parts.from", &shape.from),
                until: self.minute("parts.until", &shape.until),
                fee: self.fee("parts.price", shape.price),
            });
        }
        parts
    }
}

pub(crate) fn part_shapes(ledger: &Ledger, parts: &[Placed]) -> Vec<PartShape> {
    let shape = |part: &Placed| PartShape {
        pool: ledger.shelf(part.pool).pool.id.to_string(),
        gpus: part.gpus,
        from: text_of(part.from),
        until: text_of(part.until),
        price: money(i128::from(part.fee)),
    };
    parts.iter().map(shape).collect()
}

pub(crate) fn alternative_shape(ledger: &Ledger, way: &Alternative) -> AlternativeShape {
    AlternativeShape {
        parts: part_shapes(ledger, &way.parts),
        start: text_of(way.start()),
        gpus: way.gpus(),
        total: money(way.value()),
        screen: share(way.screen),
        joint: way.joint.map(share),
    }
}

pub(crate) fn promise_shape(ledger: &Ledger, standing: &Standing) -> PromiseShape {
    let is_held = standing.state == offtake_desk::State::Held;
    PromiseShape {
        id: standing.id.to_string(),
        tenant: standing.tenant.to_string(),
        state: standing.state.word().to_owned(),
        parts: part_shapes(ledger, &standing.parts),
        priority: standing.constraints.priority,
        promised_firmness: share(standing.firmness),
        firmness: standing.state.is_live().then(|| share(ledger.firmness_of(standing))),
        lapses: is_held.then(|| instant_text(standing.lapses)),
        version: standing.version,
    }
}
