//! The causes of shortfall that a sample can have, each of which can be switched off.

/// One cause of the risk part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Deliveries later than promised, or never.
    Slip,
    /// A supplier stops.
    SupplierFailure,
    /// A site is out.
    SiteOutage,
    /// A grid cuts curtailable megawatts.
    Curtailment,
    /// GPUs, trays and racks break.
    Breakdown,
    /// Growth, noise and fleet derate.
    Demand,
}

/// A set of causes that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Causes(u8);

impl Cause {
    /// All causes, in the order in which they are reported.
    pub const ALL: [Cause; 6] = [
        Cause::Slip,
        Cause::SupplierFailure,
        Cause::SiteOutage,
        Cause::Curtailment,
        Cause::Breakdown,
        Cause::Demand,
    ];

    /// Returns the name that reports use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Cause::Slip => "slip",
            Cause::SupplierFailure => "supplier-failure",
            Cause::SiteOutage => "site-outage",
            Cause::Curtailment => "curtailment",
            Cause::Breakdown => "breakdown",
            Cause::Demand => "demand",
        }
    }
}

impl Causes {
    /// Every cause on.
    pub const ALL: Causes = Causes(0b11_1111);
    /// Every cause off: all that is signed comes as promised.
    pub const NONE: Causes = Causes(0);

    /// Returns the set with `cause` on.
    #[must_use]
    pub const fn with(self, cause: Cause) -> Causes {
        Causes(self.0 | 1 << cause as u8)
    }

    /// Returns the set with `cause` off.
    #[must_use]
    pub const fn without(self, cause: Cause) -> Causes {
        Causes(self.0 & !(1 << cause as u8))
    }

    /// Returns the causes that are on in both sets.
    #[must_use]
    pub const fn within(self, other: Causes) -> Causes {
        Causes(self.0 & other.0)
    }

    /// Says whether `cause` is on.
    #[must_use]
    pub const fn has(self, cause: Cause) -> bool {
        self.0 & 1 << cause as u8 != 0
    }
}
