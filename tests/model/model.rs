//! The states of the shop with its programs, and what may happen in each of them.

use crate::durability::Durability;
use crate::invariants;
use crate::maintenance;
use crate::money::Intent;
use crate::place_order::Request;
use crate::process::{Answer, At, Job, Late, Process, Release};
use crate::receive_event;
use crate::scenario::Scenario;
use crate::shop::{ORDERS, OrderId, Shop, Status, tries_of};
use stateright::{Model, Property};

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) shop: Shop,
    pub(crate) processes: Vec<Process>,
    /// How many more processes may die or have a command fail.
    pub(crate) misfortunes: u8,
    /// How many more requests may fall asleep.
    sleeps: u8,
    /// How many more lines may be put into the first cart.
    additions: u8,
    /// How many more times the primary may change.
    pub(crate) failovers: u8,
    /// What the database would be after a failover: as a majority has it, and after each write since
    /// then that did not wait for one, but for the last, which is `shop`.
    fallbacks: Vec<Shop>,
}

/// What happens next. The processes are named by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// A process gives its next command, and it is done.
    Step(usize),
    /// A process dies before its next command, or after the one before it: that is the same.
    Die(usize),
    /// A command is not done, and fails.
    Fail(usize),
    /// A command is done, and its answer is lost.
    LoseAnswer(usize),
    /// A request falls asleep for longer than requests live. It wakes up with its next step, if ever.
    Sleep(usize),
    /// A command that has failed is done after all.
    Arrive(usize),
    /// A request has waited for another one for long enough.
    StopWaiting(usize),
    /// Everything is taken, and the total is not the expected one.
    TotalChanged(usize),
    /// The buyer pays at Stripe.
    Pay(OrderId),
    /// An administrator ships a paid order.
    Ship(OrderId),
    /// A majority has one more of the writes.
    Replicate,
    /// Another member becomes primary, and goes on with this one of the fallbacks.
    Failover(usize),
    /// The buyer puts one more piece of the first product into the cart.
    AddToCart,
}

impl Model for Scenario {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let processes = self.jobs.iter().enumerate().map(|(place, job)| Process::of(*job, place)).collect();
        let Self { misfortunes, sleeps, additions, failovers, .. } = *self;
        vec![State { shop: self.shop(), processes, misfortunes, sleeps, additions, failovers, fallbacks: Vec::new() }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (place, (process, job)) in state.processes.iter().zip(&self.jobs).enumerate() {
            if process.late.is_some() {
                actions.push(Action::Arrive(place));
            }
            if process.has_ended() || !may_begin(&state.shop, process, *job) {
                continue;
            }
            actions.push(Action::Step(place));
            if state.misfortunes > 0 {
                actions.extend([Action::Die(place), Action::Fail(place), Action::LoseAnswer(place)]);
            }
            if let Some(request) = request(process.id, *job) {
                if state.sleeps > 0 && may_sleep(process.at) && !state.shop.is_old[process.id] {
                    actions.push(Action::Sleep(place));
                }
                if request.waits(&state.shop, process.at) {
                    actions.push(Action::StopWaiting(place));
                }
                if self.fickle && process.at == At::Place {
                    actions.push(Action::TotalChanged(place));
                }
            }
        }
        let ids = || 0..ORDERS;
        actions.extend(ids().filter(|id| self.pay && state.shop.intents[*id] == Intent::Open).map(Action::Pay));
        let is_paid = |id: &OrderId| state.shop.orders[*id].status == Status::Processing;
        actions.extend(ids().filter(|id| self.ship && is_paid(id)).map(Action::Ship));
        if state.additions > 0 {
            actions.push(Action::AddToCart);
        }
        if !state.fallbacks.is_empty() {
            actions.push(Action::Replicate);
            actions.extend((0..state.fallbacks.len()).map(Action::Failover));
        }
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        let mut state = before.clone();
        match action {
            Action::Step(place) => self.step(&mut state, place),
            Action::Die(place) => {
                state.misfortunes -= 1;
                state.end(place, self.jobs[place]);
            }
            Action::Fail(place) => {
                state.misfortunes -= 1;
                self.fail(&mut state, place, before);
                state.processes[place].late = request(state.processes[place].id, self.jobs[place])
                    .and_then(|_| Request::late(before.processes[place].at));
            }
            Action::LoseAnswer(place) => {
                state.misfortunes -= 1;
                self.step(&mut state, place);
                self.fail(&mut state, place, before);
            }
            Action::Sleep(place) => {
                state.sleeps -= 1;
                let id = state.processes[place].id;
                state.shop.is_old[id] = true;
            }
            Action::Arrive(place) => self.arrive(&mut state, place),
            Action::StopWaiting(place) => state.processes[place].at = At::Ended(Answer::Refused),
            Action::TotalChanged(place) => {
                let process = &mut state.processes[place];
                let next = request(process.id, self.jobs[place])
                    .and_then(|request| request.total_changed(&state.shop, process));
                process.at = next?;
            }
            Action::Pay(id) => state.shop.intents[id] = Intent::Succeeded,
            Action::Ship(id) => {
                state.shop.order(id).status = Status::Shipped;
                state.fallbacks.clear();
            }
            Action::Replicate => drop(state.fallbacks.remove(0)),
            Action::Failover(fallback) => {
                state.failovers -= 1;
                state.shop = state.shop.after_failover(&state.fallbacks[fallback]);
                state.fallbacks.clear();
            }
            Action::AddToCart => {
                state.additions -= 1;
                let (buyer, product) = ADDED_TO;
                state.shop.carts[buyer].items[product] += 1;
                state.shop.carts[buyer].version += 1;
                state.fallbacks.clear();
            }
        }
        (state != *before).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        invariants::properties(self)
    }
}

impl Scenario {
    /// Gives the next command of a process.
    fn step(&self, state: &mut State, place: usize) {
        let job = self.jobs[place];
        let before = state.shop;
        let process = &mut state.processes[place];
        let at = process.at;
        let durability = Durability::of(at, self.defect);
        match (durability, state.fallbacks.first()) {
            (Durability::ReadsMajority, Some(majority)) => {
                let mut majority = before.after_failover(majority);
                step(&mut majority, process, job);
            }
            _ => step(&mut state.shop, process, job),
        }
        state.settle_durability(durability, before);
        state.age(place, job);
    }

    /// Does a command of which its process was told that it failed.
    fn arrive(&self, state: &mut State, place: usize) {
        let before = state.shop;
        let Process { id, late, .. } = state.processes[place];
        state.processes[place].late = None;
        let at = match late {
            Some(Late::TakeStock { product }) => {
                state.shop.take_stock(id, product);
                At::TakeStock { product }
            }
            Some(Late::Place) => {
                state.shop.place(id).ok();
                At::Place
            }
            None => return,
        };
        state.settle_durability(Durability::of(at, self.defect), before);
    }

    /// Lets the command fail that the process was about to give.
    fn fail(&self, state: &mut State, place: usize, before: &State) {
        let job = self.jobs[place];
        let process = &mut state.processes[place];
        *process = before.processes[place];
        match (request(process.id, job), job) {
            (Some(request), _) => request.fail(&state.shop, process),
            (None, Job::Maintenance { parts }) => maintenance::fail(&state.shop, process, parts),
            _ => process.at = receive_event::fail(process.at),
        }
        state.age(place, job);
    }
}

impl State {
    /// Notes what a failover could take back of what was just done.
    fn settle_durability(&mut self, durability: Durability, before: Shop) {
        match durability {
            // After the last failover it makes no difference.
            Durability::Primary if self.failovers > 0 && self.shop != before => self.fallbacks.push(before),
            Durability::Primary | Durability::ReadsMajority | Durability::None => {}
            Durability::Majority if self.shop == before => {}
            Durability::Majority => self.fallbacks.clear(),
        }
    }

    /// How many pieces of a product a buyer has put into the cart so far.
    pub(crate) fn was_put_in(&self, scenario: &Scenario, buyer: usize, product: usize) -> i8 {
        let added = if (buyer, product) == ADDED_TO { scenario.additions - self.additions } else { 0 };
        scenario.carts[buyer][product].saturating_add_unsigned(added)
    }

    /// A process dies. What it leaves behind is found when time has passed.
    fn end(&mut self, place: usize, job: Job) {
        self.processes[place] =
            Process { at: At::Ended(Answer::None), late: self.processes[place].late, ..Process::of(DEAD, place) };
        self.age(place, job);
    }

    /// Whatever a request leaves behind when it ends is old before long.
    fn age(&mut self, place: usize, job: Job) {
        if job.is_request() && self.processes[place].has_ended() {
            tries_of(place).for_each(|id| self.shop.is_old[id] = true);
        }
    }
}

/// To whose cart a piece is added, and of which product.
const ADDED_TO: (usize, usize) = (0, 0);

const DEAD: Job = Job::Maintenance { parts: &[] };

/// Gives the next command of a process.
pub(crate) fn step(shop: &mut Shop, process: &mut Process, job: Job) {
    match (request(process.id, job), job) {
        (Some(request), _) => request.step(shop, process),
        (None, Job::Maintenance { parts }) => maintenance::step(shop, process, parts),
        (None, Job::CancelOrder { by_admin, .. }) => {
            process.at = receive_event::step_cancel(shop, process.at, by_admin)
        }
        (None, _) => process.at = receive_event::step(shop, process.at),
    }
}

/// Where a request may fall asleep so that others take it for dead.
fn may_sleep(at: At) -> bool {
    matches!(
        at,
        At::TakeStock { .. } | At::Look { .. } | At::Place | At::Release { step: Release::GiveBack { .. }, .. }
    )
}

/// The request for an order that a process is. Requests come first, so that each has room for one.
fn request(id: OrderId, job: Job) -> Option<Request> {
    match job {
        Job::PlaceOrder { buyer, key } => Some(Request { id, buyer, key }),
        Job::CancelOrder { .. } | Job::ReceiveEvent { .. } | Job::Maintenance { .. } => None,
    }
}

/// Nobody tells of an intent that has not ended, or cancels an order that is not there.
fn may_begin(shop: &Shop, process: &Process, job: Job) -> bool {
    match (process.at, job) {
        (At::ApplyEvent { order }, _) => !matches!(shop.intents[order], Intent::Absent | Intent::Open),
        (At::GetOrder { order }, _) => shop.orders[order].is_placed(),
        _ => true,
    }
}
