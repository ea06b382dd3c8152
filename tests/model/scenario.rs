//! Who buys what from whom: the worlds that are explored.

use crate::defect::Defect;
use crate::model::State;
use crate::process::Job;
use crate::shop::{BUYERS, Cart, Pieces, Product, Shop};

/// A world.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scenario {
    /// How much there is of each product.
    pub(crate) stock: Pieces,
    /// What each buyer has in the cart.
    pub(crate) carts: [Pieces; BUYERS],
    /// Who does something; requests for orders come first.
    pub(crate) jobs: Vec<Job>,
    pub(crate) misfortunes: u8,
    pub(crate) sleeps: u8,
    pub(crate) additions: u8,
    /// How often another member may become primary.
    pub(crate) failovers: u8,
    /// The price may change.
    pub(crate) fickle: bool,
    /// Whatever can be paid may be paid, even what nobody was told how to pay.
    pub(crate) pay: bool,
    /// What is paid may be shipped.
    pub(crate) ship: bool,
    pub(crate) defect: Option<Defect>,
    /// What has to come about somewhere, so that the invariants do not hold for want of anything happening.
    pub(crate) reaches: &'static [Goal],
}

/// Something that comes about: its name, and how it is known.
pub(crate) type Goal = (&'static str, fn(&Scenario, &State) -> bool);

impl Scenario {
    pub(crate) fn with(self, defect: Defect) -> Self {
        Self { defect: Some(defect), ..self }
    }

    pub(crate) fn shop(&self) -> Shop {
        let cart = |items| Cart { items, version: 1, ..Cart::default() };
        Shop {
            products: std::array::from_fn(|at| Product { stock: self.stock[at], ..Product::default() }),
            carts: self.carts.map(cart),
            defect: self.defect,
            ..Shop::default()
        }
    }
}
