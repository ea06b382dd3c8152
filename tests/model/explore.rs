//! Explores a scenario, and writes down how an invariant was broken.

use crate::model::{Action, State};
use crate::scenario::Scenario;
use stateright::{Checker, HasDiscoveries, Model};

/// What was found.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) states: usize,
    /// The invariants that do not hold, each with the shortest way to where it does not.
    pub(crate) broken: Vec<(&'static str, String)>,
    /// What was to come about, and did not.
    pub(crate) unreached: Vec<&'static str>,
}

/// Visits every state that can be reached, or the first ones up to a broken invariant.
pub(crate) fn explore(scenario: Scenario) -> Report {
    let checker = scenario.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let found = checker.discoveries();
    let goals = checker.model().reaches.iter().map(|(name, _)| *name);
    let unreached = goals.filter(|name| !found.contains_key(name)).collect();
    let is_goal = |name: &str| checker.model().reaches.iter().any(|(goal, _)| *goal == name);
    let broken =
        found.into_iter().filter(|(name, _)| !is_goal(name)).map(|(name, path)| (name, trace(path.into_vec())));
    Report { unreached, states: checker.unique_state_count(), broken: broken.collect() }
}

/// One line per step: who does what.
fn trace(path: Vec<(State, Option<Action>)>) -> String {
    let line = |(state, action): (State, Option<Action>)| match action {
        Some(Action::Step(place)) => format!("process {place}: {:?}\n", state.processes[place].at),
        Some(Action::LoseAnswer(place)) => {
            format!("process {place}: {:?}, and its answer is lost\n", state.processes[place].at)
        }
        Some(Action::Fail(place)) => format!("process {place}: {:?} fails\n", state.processes[place].at),
        Some(action) => format!("{action:?}\n"),
        None => format!("{:?}\n{:?}\n", state.shop, state.processes),
    };
    path.into_iter().map(line).collect()
}
