//! The scenarios of the checkout benchmark.

/// A number of concurrent buyers, and the products that they buy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) concurrency: usize,
    pub(super) demand: Demand,
}

/// The products that buyers buy. Each buyer orders one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// Concurrent buyers buy different products.
    DifferentProducts,
    /// All buyers buy the same SKU, with ample stock.
    OneSku,
    /// [`LAST_PIECES_BUYERS`] buy the same SKU at the same time, once each, with a stock of [`LAST_PIECES`].
    LastPieces,
}

/// The number of products in scenarios with different products.
pub(super) const PRODUCTS: usize = 2000;
/// The stock of the scenario with the last pieces, and the number of its buyers.
pub(super) const LAST_PIECES: usize = 20;
pub(super) const LAST_PIECES_BUYERS: usize = 400;

pub(super) const DIFFERENT_PRODUCTS_16: &str = "different products, 16 buyers";
pub(super) const ONE_SKU_100: &str = "one SKU, 100 buyers";

pub(super) const LAST_PIECES_400: Scenario =
    scenario("the last 20 pieces, 400 buyers", LAST_PIECES_BUYERS, Demand::LastPieces);

pub(super) const SCENARIOS: [Scenario; 7] = [
    scenario("different products, 1 buyer", 1, Demand::DifferentProducts),
    scenario(DIFFERENT_PRODUCTS_16, 16, Demand::DifferentProducts),
    scenario("different products, 100 buyers", 100, Demand::DifferentProducts),
    scenario("one SKU, 1 buyer", 1, Demand::OneSku),
    scenario("one SKU, 16 buyers", 16, Demand::OneSku),
    scenario(ONE_SKU_100, 100, Demand::OneSku),
    LAST_PIECES_400,
];

const fn scenario(name: &'static str, concurrency: usize, demand: Demand) -> Scenario {
    Scenario { name, concurrency, demand }
}
