//! Who buys what.

/// Buyers, and what they are after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) at_once: usize,
    pub(super) wanted: Wanted,
}

/// What buyers are after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Each something else.
    AllDifferent,
    /// All the same, of which there is plenty.
    OneSku,
    /// All the same, and there are only [`LAST_PIECES`]. Everybody comes at once, and once.
    TheLast,
}

/// How many products there are when everybody wants something else.
pub(super) const CATALOGUE: usize = 2000;
/// How many pieces are left, and how many want one.
pub(super) const LAST_PIECES: usize = 20;
pub(super) const CROWD: usize = 400;

pub(super) const ALL_DIFFERENT_16: &str = "different products, 16 buyers";
pub(super) const ONE_SKU_100: &str = "one SKU, 100 buyers";

pub(super) const THE_LAST: Scenario =
    Scenario { name: "the last 20 pieces, 400 buyers", at_once: CROWD, wanted: Wanted::TheLast };

pub(super) const SCENARIOS: [Scenario; 7] = [
    Scenario { name: "different products, 1 buyer", at_once: 1, wanted: Wanted::AllDifferent },
    Scenario { name: ALL_DIFFERENT_16, at_once: 16, wanted: Wanted::AllDifferent },
    Scenario { name: "different products, 100 buyers", at_once: 100, wanted: Wanted::AllDifferent },
    Scenario { name: "one SKU, 1 buyer", at_once: 1, wanted: Wanted::OneSku },
    Scenario { name: "one SKU, 16 buyers", at_once: 16, wanted: Wanted::OneSku },
    Scenario { name: ONE_SKU_100, at_once: 100, wanted: Wanted::OneSku },
    THE_LAST,
];
