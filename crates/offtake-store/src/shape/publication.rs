//! How a publication is written: its pools, power, offers and sold contracts as JSON; the numbers of paths packed.

use super::{id, ids};
use crate::StoreError;
use offtake_ledger::{
    Offer, Paths, Pool, PoolId, PowerPool, Publication, Published, Rate, Recipe, Sold, Spec, Steps,
};
use offtake_model::ZoneId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How hard paths are packed: a publication is written seldom and read at every start.
const LEVEL: i32 = 6;

/// A publication as it is written, without the numbers of its paths.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PublicationShape {
    study: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    book: String,
    currency: String,
    path_count: usize,
    pools: Vec<PoolShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    powers: Vec<PowerShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    offers: Vec<OfferShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sold: Vec<SoldShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rates: Vec<RateShape>,
}

/// What a GPU does: work, accelerator, thousandths of tokens a second for each user at least, and in all.
#[derive(Debug, Serialize, Deserialize)]
struct RateShape(String, String, i64, i64);

#[derive(Debug, Serialize, Deserialize)]
struct SpecShape {
    site: String,
    zones: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    round_trips: BTreeMap<String, u32>,
    accelerator: String,
    rack_gpus: i64,
    nvlink_domain: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct PoolShape {
    id: String,
    #[serde(flatten)]
    spec: SpecShape,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dedicated_to: Option<String>,
    price: i64,
    cost: i64,
    displaces: i64,
    contracted: Steps,
    firm: [Steps; 4],
    cells: Vec<i32>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RecipeShape {
    id: String,
    #[serde(flatten)]
    spec: SpecShape,
    rack_kilowatts: i64,
    takes: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rack_capex: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PowerShape {
    id: String,
    kilowatts: Steps,
    recipes: Vec<RecipeShape>,
}

#[derive(Debug, Serialize, Deserialize)]
struct OfferShape {
    id: String,
    seller: String,
    #[serde(flatten)]
    spec: SpecShape,
    block: i64,
    blocks: i64,
    start_from: i32,
    start_until: i32,
    lead: i32,
    term: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open_until: Option<i32>,
    price: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SoldShape {
    id: String,
    tenant: String,
    pool: String,
    gpus: i64,
    due: Steps,
    grace: i32,
}

impl From<&Spec> for SpecShape {
    fn from(spec: &Spec) -> SpecShape {
        SpecShape {
            site: spec.site.to_string(),
            zones: spec.zones.iter().map(ToString::to_string).collect(),
            round_trips: spec.round_trips.clone(),
            accelerator: spec.accelerator.to_string(),
            rack_gpus: spec.rack_gpus,
            nvlink_domain: spec.nvlink_domain,
        }
    }
}

impl SpecShape {
    fn read(self) -> Result<Spec, String> {
        Ok(Spec {
            site: id(&self.site)?,
            zones: ids::<ZoneId>(&self.zones)?,
            round_trips: self.round_trips,
            accelerator: id(&self.accelerator)?,
            rack_gpus: self.rack_gpus,
            nvlink_domain: self.nvlink_domain,
        })
    }
}

impl From<&Publication> for PublicationShape {
    fn from(publication: &Publication) -> PublicationShape {
        PublicationShape {
            study: publication.study.clone(),
            book: publication.book.clone(),
            currency: publication.currency.clone(),
            path_count: publication.path_count,
            pools: publication.pools.iter().map(pool_shape).collect(),
            powers: publication.powers.iter().map(power_shape).collect(),
            offers: publication.offers.iter().map(offer_shape).collect(),
            sold: publication.sold.iter().map(sold_shape).collect(),
            rates: publication.rates.iter().map(rate_shape).collect(),
        }
    }
}

fn pool_shape(published: &Published) -> PoolShape {
    let pool = &published.pool;
    PoolShape {
        id: pool.id.to_string(),
        spec: SpecShape::from(&pool.spec),
        dedicated_to: pool.dedicated_to.as_ref().map(ToString::to_string),
        price: pool.price,
        cost: pool.cost,
        displaces: pool.displaces,
        contracted: published.contracted.clone(),
        firm: published.firm.clone(),
        cells: published.paths.starts.clone(),
    }
}

fn power_shape(power: &PowerPool) -> PowerShape {
    let recipe = |recipe: &Recipe| RecipeShape {
        id: recipe.id.clone(),
        spec: SpecShape::from(&recipe.spec),
        rack_kilowatts: recipe.rack_kilowatts,
        takes: recipe.takes,
        rack_capex: recipe.rack_capex,
    };
    PowerShape {
        id: power.id.to_string(),
        kilowatts: power.kilowatts.clone(),
        recipes: power.recipes.iter().map(recipe).collect(),
    }
}

fn offer_shape(offer: &Offer) -> OfferShape {
    OfferShape {
        id: offer.id.clone(),
        seller: offer.seller.to_string(),
        spec: SpecShape::from(&offer.spec),
        block: offer.block,
        blocks: offer.blocks,
        start_from: offer.start_from,
        start_until: offer.start_until,
        lead: offer.lead,
        term: offer.term,
        open_until: offer.open_until,
        price: offer.price,
    }
}

fn sold_shape(sold: &Sold) -> SoldShape {
    SoldShape {
        id: sold.id.clone(),
        tenant: sold.tenant.to_string(),
        pool: sold.pool.to_string(),
        gpus: sold.gpus,
        due: sold.due.clone(),
        grace: sold.grace,
    }
}

fn rate_shape(rate: &Rate) -> RateShape {
    let Rate { work, accelerator, interactivity, per_gpu } = rate;
    RateShape(work.clone(), accelerator.to_string(), *interactivity, *per_gpu)
}

fn rate(RateShape(work, kind, interactivity, per_gpu): RateShape) -> Result<Rate, String> {
    Ok(Rate { work, accelerator: id(&kind)?, interactivity, per_gpu })
}

impl PublicationShape {
    /// Makes the publication, with no numbers in its paths yet.
    ///
    /// # Errors
    ///
    /// When a name is none.
    pub(crate) fn read(self) -> Result<Publication, String> {
        Ok(Publication {
            study: self.study,
            book: self.book,
            currency: self.currency,
            path_count: self.path_count,
            pools: self.pools.into_iter().map(pool).collect::<Result<_, _>>()?,
            powers: self.powers.into_iter().map(power).collect::<Result<_, _>>()?,
            offers: self.offers.into_iter().map(offer).collect::<Result<_, _>>()?,
            sold: self.sold.into_iter().map(sold).collect::<Result<_, _>>()?,
            rates: self.rates.into_iter().map(rate).collect::<Result<_, _>>()?,
        })
    }
}

fn pool(shape: PoolShape) -> Result<Published, String> {
    Ok(Published {
        pool: Pool {
            id: PoolId::new(&shape.id),
            spec: shape.spec.read()?,
            dedicated_to: shape.dedicated_to.as_deref().map(id).transpose()?,
            price: shape.price,
            cost: shape.cost,
            displaces: shape.displaces,
        },
        contracted: shape.contracted,
        firm: shape.firm,
        paths: Paths { starts: shape.cells, gpus: Vec::new() },
    })
}

fn power(shape: PowerShape) -> Result<PowerPool, String> {
    let recipe = |shape: RecipeShape| {
        Ok(Recipe {
            id: shape.id,
            spec: shape.spec.read()?,
            rack_kilowatts: shape.rack_kilowatts,
            takes: shape.takes,
            rack_capex: shape.rack_capex,
        })
    };
    Ok(PowerPool {
        id: PoolId::new(&shape.id),
        kilowatts: shape.kilowatts,
        recipes: shape.recipes.into_iter().map(recipe).collect::<Result<_, String>>()?,
    })
}

fn offer(shape: OfferShape) -> Result<Offer, String> {
    Ok(Offer {
        id: shape.id,
        seller: id(&shape.seller)?,
        spec: shape.spec.read()?,
        block: shape.block,
        blocks: shape.blocks,
        start_from: shape.start_from,
        start_until: shape.start_until,
        lead: shape.lead,
        term: shape.term,
        open_until: shape.open_until,
        price: shape.price,
    })
}

fn sold(shape: SoldShape) -> Result<Sold, String> {
    Ok(Sold {
        id: shape.id,
        tenant: id(&shape.tenant)?,
        pool: PoolId::new(&shape.pool),
        gpus: shape.gpus,
        due: shape.due,
        grace: shape.grace,
    })
}

/// Packs the numbers of all pools' paths: each cell as its difference from the one before, little-endian, compressed.
pub(crate) fn packed_paths(publication: &Publication) -> Result<Vec<u8>, StoreError> {
    let count = publication.path_count;
    let total: usize = publication.pools.iter().map(|pool| pool.paths.gpus.len()).sum();
    let mut bytes = Vec::with_capacity(total * 4);
    for pool in &publication.pools {
        let gpus = &pool.paths.gpus;
        for (at, number) in gpus.iter().enumerate() {
            let before = at.checked_sub(count).map_or(0, |before| gpus[before]);
            bytes.extend_from_slice(&number.wrapping_sub(before).to_le_bytes());
        }
    }
    zstd::bulk::compress(&bytes, LEVEL).map_err(StoreError::write)
}

/// Reads packed paths into the pools of a publication.
pub(crate) fn unpack_paths(packed: &[u8], publication: &mut Publication) -> Result<(), String> {
    let count = publication.path_count;
    let cells: usize = publication.pools.iter().map(|pool| pool.paths.starts.len()).sum();
    let total = cells.checked_mul(count).and_then(|numbers| numbers.checked_mul(4));
    let total = total.ok_or_else(|| "more paths than memory can hold".to_owned())?;
    let bytes = zstd::bulk::decompress(packed, total).map_err(|error| error.to_string())?;
    if bytes.len() != total {
        return Err(format!("{} bytes of paths where {total} belong", bytes.len()));
    }
    let mut numbers =
        bytes.chunks_exact(4).map(|four| i32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    for pool in &mut publication.pools {
        let size = pool.paths.starts.len() * count;
        let mut gpus: Vec<i32> = Vec::with_capacity(size);
        for at in 0..size {
            let before = at.checked_sub(count).map_or(0, |before| gpus[before]);
            gpus.push(numbers.next().unwrap_or(0).wrapping_add(before));
        }
        pool.paths.gpus = gpus;
    }
    Ok(())
}
