//! The states of the modelled shop and its processes, and the actions that are possible in each state.

use crate::durability::Durability;
use crate::invariants;
use crate::maintenance;
use crate::merge_carts;
use crate::payment::{self, PaymentStep};
use crate::place_order::Attempt;
use crate::process::{Command, Delayed, ENDED, Process, Program, Recovery, Response};
use crate::receive_event;
use crate::scenario::{Scenario, may_start};
use crate::shop::{ORDERS, OrderId, Shop, Status, attempts_of};
use stateright::{Model, Property};

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) shop: Shop,
    pub(crate) processes: Vec<Process>,
    /// How many more crashes and failed commands may happen.
    pub(crate) faults: u8,
    /// How many more checkouts may be suspended.
    suspensions: u8,
    /// How many more pieces may be added to the first cart.
    additions: u8,
    /// How many more failovers may happen.
    pub(crate) failovers: u8,
    /// The states that a failover may roll back to: the one that a majority has, and the one after each later write that
    /// did not wait for a majority. The last such write leads to `shop`, which is not listed.
    rollback_points: Vec<Shop>,
}

/// What happens next. A `usize` is the place of a process, unless stated otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// A process executes its next command.
    Step(usize),
    /// A process crashes between two commands.
    Crash(usize),
    /// A command is not executed, and fails.
    Fail(usize),
    /// A command is executed, and its response is lost.
    LoseResponse(usize),
    /// A checkout is suspended for longer than a request can live. It resumes with its next step, if ever.
    Suspend(usize),
    /// A command that has failed for its process is executed after all.
    ExecuteDelayed(usize),
    /// A checkout has waited for another one until its attempts are exhausted.
    ExhaustAttempts(usize),
    /// All stock is reserved, and the total is not the expected one.
    RejectTotal(usize),
    /// A payment intent changes at Stripe.
    ChangePayment(PaymentStep, OrderId),
    /// Stripe rejects the cancellation of an intent whose payment is under way.
    RejectCancellation(usize),
    /// An administrator ships a paid order.
    Ship(OrderId),
    /// A majority receives one more write.
    Replicate,
    /// Another member becomes primary. Its data are those of the rollback point at this index.
    Failover(usize),
    /// The buyer adds one more piece of the first product to the cart.
    AddToCart,
}

impl Model for Scenario {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let programs = self.programs.iter().enumerate();
        let processes = programs.map(|(place, program)| Process::new(*program, place)).collect();
        let Self { faults, suspensions, additions, failovers, .. } = *self;
        let (shop, rollback_points) = (self.shop(), Vec::new());
        vec![State { shop, processes, faults, suspensions, additions, failovers, rollback_points }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (place, (process, program)) in state.processes.iter().zip(&self.programs).enumerate() {
            if process.delayed.is_some() {
                actions.push(Action::ExecuteDelayed(place));
            }
            if process.has_ended() || !may_start(&state.shop, process) {
                continue;
            }
            actions.push(Action::Step(place));
            if payment::may_be_rejected(&state.shop, process.next) {
                actions.push(Action::RejectCancellation(place));
            }
            if state.faults > 0 {
                actions.extend([Action::Crash(place), Action::Fail(place), Action::LoseResponse(place)]);
            }
            if let Some(attempt) = attempt(process.order, *program) {
                let is_running = may_be_suspended(process.next) && !state.shop.is_abandoned[process.order];
                if state.suspensions > 0 && is_running {
                    actions.push(Action::Suspend(place));
                }
                if attempt.is_waiting(&state.shop, process.next) {
                    actions.push(Action::ExhaustAttempts(place));
                }
                if self.price_changes && process.next == Command::Place {
                    actions.push(Action::RejectTotal(place));
                }
            }
        }
        actions.extend(payment::possible_steps(self, state).map(|(step, id)| Action::ChangePayment(step, id)));
        let is_paid = |id: &OrderId| state.shop.orders[*id].status == Status::Processing;
        actions.extend((0..ORDERS).filter(|id| self.can_ship && is_paid(id)).map(Action::Ship));
        if state.additions > 0 {
            actions.push(Action::AddToCart);
        }
        if !state.rollback_points.is_empty() {
            actions.push(Action::Replicate);
            actions.extend((0..state.rollback_points.len()).map(Action::Failover));
        }
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        let mut state = before.clone();
        match action {
            Action::Step(place) => self.step(&mut state, place),
            Action::Crash(place) => {
                state.faults -= 1;
                state.crash(place, self.programs[place]);
            }
            Action::Fail(place) => {
                state.faults -= 1;
                self.fail(&mut state, place, before);
                state.processes[place].delayed = attempt(state.processes[place].order, self.programs[place])
                    .and_then(|_| Attempt::delayed(before.processes[place].next));
            }
            Action::LoseResponse(place) => {
                state.faults -= 1;
                self.step(&mut state, place);
                self.fail(&mut state, place, before);
            }
            Action::Suspend(place) => {
                state.suspensions -= 1;
                let id = state.processes[place].order;
                state.shop.is_abandoned[id] = true;
            }
            Action::ExecuteDelayed(place) => self.execute_delayed(&mut state, place),
            Action::ExhaustAttempts(place) => state.processes[place].next = Command::Ended(Response::Rejected),
            Action::RejectTotal(place) => {
                let process = &mut state.processes[place];
                let next = attempt(process.order, self.programs[place])
                    .and_then(|attempt| attempt.reject_total(&state.shop, process));
                process.next = next?;
            }
            Action::ChangePayment(step, id) => state.change_payment(step, id),
            Action::RejectCancellation(place) => self.fail(&mut state, place, before),
            Action::Ship(id) => {
                state.shop.order(id).status = Status::Shipped;
                state.rollback_points.clear();
            }
            Action::Replicate => drop(state.rollback_points.remove(0)),
            Action::Failover(point) => {
                state.failovers -= 1;
                state.shop = state.shop.after_rollback(&state.rollback_points[point]);
                state.rollback_points.clear();
            }
            Action::AddToCart => {
                state.additions -= 1;
                let (buyer, product) = ADDED_TO;
                state.shop.carts[buyer].items[product] += 1;
                state.shop.carts[buyer].version += 1;
                state.rollback_points.clear();
            }
        }
        (state != *before).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        invariants::properties(self)
    }
}

impl Scenario {
    /// Executes the next command of a process.
    fn step(&self, state: &mut State, place: usize) {
        let program = self.programs[place];
        let before = state.shop;
        let process = &mut state.processes[place];
        let durability = Durability::of(process.next, self.defect);
        match (durability, state.rollback_points.first()) {
            (Durability::MajorityRead, Some(majority)) => {
                step(&mut before.after_rollback(majority), process, program);
            }
            _ => step(&mut state.shop, process, program),
        }
        state.track_rollback_points(durability, before);
        state.abandon_ended(place, program);
    }

    /// Executes a command that has failed for its process.
    fn execute_delayed(&self, state: &mut State, place: usize) {
        let before = state.shop;
        let Process { order, delayed, .. } = state.processes[place];
        state.processes[place].delayed = None;
        let command = match delayed {
            Some(Delayed::ReserveStock { product }) => {
                state.shop.reserve_stock(order, product);
                Command::ReserveStock { product }
            }
            Some(Delayed::Place) => {
                state.shop.place(order).ok();
                Command::Place
            }
            None => return,
        };
        state.track_rollback_points(Durability::of(command, self.defect), before);
    }

    /// Lets the command fail that was the next one of the process before.
    fn fail(&self, state: &mut State, place: usize, before: &State) {
        let program = self.programs[place];
        let process = &mut state.processes[place];
        *process = before.processes[place];
        match (attempt(process.order, program), program) {
            (Some(attempt), _) => attempt.fail(&state.shop, process),
            (None, Program::MergeCarts) => process.next = ENDED,
            (None, Program::Maintenance { jobs }) => maintenance::fail(&state.shop, process, jobs),
            _ => process.next = receive_event::fail(process.next),
        }
        state.abandon_ended(place, program);
    }
}

impl State {
    /// Updates the rollback points after a command.
    fn track_rollback_points(&mut self, durability: Durability, before: Shop) {
        match durability {
            // After the last failover they make no difference.
            Durability::Primary if self.failovers > 0 && self.shop != before => self.rollback_points.push(before),
            Durability::Primary | Durability::MajorityRead | Durability::None => {}
            Durability::Majority if self.shop == before => {}
            Durability::Majority => self.rollback_points.clear(),
        }
    }

    /// The quantity of a product that a buyer has added to the cart so far.
    pub(crate) fn added_quantity(&self, scenario: &Scenario, buyer: usize, product: usize) -> i8 {
        let added = if (buyer, product) == ADDED_TO { scenario.additions - self.additions } else { 0 };
        scenario.carts[buyer][product].saturating_add_unsigned(added)
    }

    fn crash(&mut self, place: usize, program: Program) {
        let delayed = self.processes[place].delayed;
        self.processes[place] =
            Process { next: Command::Ended(Response::None), delayed, ..Process::new(CRASHED, place) };
        self.abandon_ended(place, program);
    }

    /// The order ids of a checkout that has ended count as abandoned at once: only recovery depends on the clock.
    fn abandon_ended(&mut self, place: usize, program: Program) {
        if program.is_checkout() && self.processes[place].has_ended() {
            attempts_of(place).for_each(|id| self.shop.is_abandoned[id] = true);
        }
    }
}

/// The buyer and the product of [`Action::AddToCart`].
const ADDED_TO: (usize, usize) = (0, 0);

const CRASHED: Program = Program::Maintenance { jobs: &[] };

/// Executes the next command of a process.
pub(crate) fn step(shop: &mut Shop, process: &mut Process, program: Program) {
    match (attempt(process.order, program), program) {
        (Some(attempt), _) => attempt.step(shop, process),
        (None, Program::MergeCarts) => merge_carts::step(shop, process),
        (None, Program::Maintenance { jobs }) => maintenance::step(shop, process, jobs),
        (None, Program::CancelOrder { by_admin, .. }) => {
            process.next = receive_event::step_cancel(shop, process.next, by_admin);
        }
        (None, _) => process.next = receive_event::step(shop, process.next),
    }
}

/// Whether a checkout may be suspended here, so that others take it for dead.
fn may_be_suspended(next: Command) -> bool {
    matches!(
        next,
        Command::ReserveStock { .. }
            | Command::DiagnoseShortage { .. }
            | Command::Place
            | Command::Recovery { step: Recovery::ReleaseReserved { .. }, .. }
    )
}

/// The attempt of a checkout. Checkouts are the first programs of a scenario, so that each has room for its orders.
fn attempt(id: OrderId, program: Program) -> Option<Attempt> {
    match program {
        Program::PlaceOrder { buyer, key } => Some(Attempt { id, buyer, key }),
        _ => None,
    }
}
