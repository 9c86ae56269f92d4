//! The shape of demand over a week, as measured from traffic.

/// Quantiles of token lengths, in tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    /// The mean.
    pub mean: f64,
    /// P5, P25, P50, P75, P90, P95 and P99.
    pub quantiles: [f64; 7],
}

/// Rate by hour of week with its day-to-day variability.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Rate by hour of week, Monday 00:00 UTC first; the busiest hour is 1.
    pub hours: [f64; 168],
    /// Standard deviation of the logarithm of a day's level; `None` when fewer than seven days were seen.
    pub daily_sigma: Option<f64>,
    /// Correlation of that logarithm with the next day's.
    pub daily_correlation: Option<f64>,
    /// Input tokens of a request.
    pub input_tokens: Option<Lengths>,
    /// Output tokens of a request.
    pub output_tokens: Option<Lengths>,
    /// How many of the 168 hours were seen in the traffic.
    pub observed_hours: u32,
    /// Where it comes from, for people.
    pub source: String,
}

impl Profile {
    /// Returns the profile of work that is the same at every hour.
    #[must_use]
    pub fn flat() -> Profile {
        Profile {
            hours: [1.0; 168],
            daily_sigma: None,
            daily_correlation: None,
            input_tokens: None,
            output_tokens: None,
            observed_hours: 0,
            source: "flat: the same at every hour".to_owned(),
        }
    }

    /// Returns the mean over the week, as a share of the busiest hour.
    #[must_use]
    pub fn load_factor(&self) -> f64 {
        self.hours.iter().sum::<f64>() / 168.0
    }
}
