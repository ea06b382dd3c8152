//! A scenario: the initial state, the programs that run, and the bounds of what may happen to them.

use crate::defect::Defect;
use crate::model::State;
use crate::process::{Command, Process, Program};
use crate::shop::{BUYERS, Cart, Payment, Product, Quantities, Shop};

/// A bounded world to explore.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scenario {
    /// The initial stock of each product.
    pub(crate) stock: Quantities,
    /// The initial cart of each buyer.
    pub(crate) carts: [Quantities; BUYERS],
    /// The programs that run concurrently, one process each. Checkouts come first.
    pub(crate) programs: Vec<Program>,
    /// The number of crashes and failed commands.
    pub(crate) faults: u8,
    /// The number of suspended checkouts.
    pub(crate) suspensions: u8,
    /// The number of pieces that are added to the first cart.
    pub(crate) additions: u8,
    /// The number of failovers.
    pub(crate) failovers: u8,
    /// A checkout may find that the total is not the expected one.
    pub(crate) price_changes: bool,
    /// Every open intent may be paid, even if its client secret was never returned.
    pub(crate) can_pay: bool,
    /// Every attached intent may also be paid by a bank debit, which is under way until the bank decides.
    pub(crate) can_debit: bool,
    /// Paid orders may be shipped.
    pub(crate) can_ship: bool,
    pub(crate) defect: Option<Defect>,
    /// The goals that some state must reach.
    pub(crate) goals: &'static [Goal],
}

/// A goal: its name, and the condition for a state that reaches it.
pub(crate) type Goal = (&'static str, fn(&Scenario, &State) -> bool);

impl Scenario {
    /// The same scenario in a shop with a defect.
    pub(crate) fn with(self, defect: Defect) -> Self {
        Self { defect: Some(defect), ..self }
    }

    /// The buyers whose carts have lines in common: each one alone, or both if their carts are merged.
    pub(crate) fn owners(&self) -> Vec<Vec<usize>> {
        let buyers = 0..BUYERS;
        if self.programs.contains(&Program::MergeCarts) {
            vec![buyers.collect()]
        } else {
            buyers.map(|it| vec![it]).collect()
        }
    }

    /// The initial shop.
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

/// Whether a program may start: events follow a change of their intent, and only placed orders are cancelled.
pub(crate) fn may_start(shop: &Shop, process: &Process) -> bool {
    match process.next {
        Command::ApplyEvent { order } => shop.intents[order].has_ended(),
        Command::RetrieveLatest { order, .. } => {
            shop.intents[order].is_under_way() || shop.orders[order].payment == Payment::Processing
        }
        Command::GetOrder { order } => shop.orders[order].is_placed(),
        _ => true,
    }
}
