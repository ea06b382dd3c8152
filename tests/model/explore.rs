//! Explores all states of a scenario, and formats the path to each violated invariant.

use crate::model::{Action, State};
use crate::scenario::Scenario;
use stateright::{Checker, HasDiscoveries, Model};

/// The result of an exploration.
#[derive(Debug)]
pub(crate) struct Report {
    /// The number of distinct states.
    pub(crate) states: usize,
    /// The violated invariants, each with the shortest path to a violation.
    pub(crate) violations: Vec<(&'static str, String)>,
    /// The goals that no state has reached.
    pub(crate) unreached: Vec<&'static str>,
}

/// Visits every reachable state, breadth first, until an invariant is violated.
pub(crate) fn explore(scenario: Scenario) -> Report {
    explore_until(scenario, HasDiscoveries::AnyFailures)
}

/// Visits every reachable state, breadth first, until this invariant is violated. Others may be violated before.
pub(crate) fn explore_until_violated(scenario: Scenario, invariant: &'static str) -> Report {
    explore_until(scenario, HasDiscoveries::AllOf([invariant].into()))
}

fn explore_until(scenario: Scenario, end: HasDiscoveries) -> Report {
    let checker = scenario.checker().finish_when(end).spawn_bfs().join();
    let discoveries = checker.discoveries();
    let goals = checker.model().goals.iter().map(|(name, _)| *name);
    let unreached = goals.filter(|name| !discoveries.contains_key(name)).collect();
    let is_goal = |name: &str| checker.model().goals.iter().any(|(goal, _)| *goal == name);
    let violations = discoveries.into_iter().filter(|(name, _)| !is_goal(name));
    let violations = violations.map(|(name, path)| (name, trace(path.into_vec()))).collect();
    Report { unreached, states: checker.unique_state_count(), violations }
}

/// Formats a path as one line per action, and the last state.
fn trace(path: Vec<(State, Option<Action>)>) -> String {
    let line = |(state, action): (State, Option<Action>)| match action {
        Some(Action::Step(place)) => format!("process {place}: {:?}\n", state.processes[place].next),
        Some(Action::LoseResponse(place)) => {
            format!("process {place}: {:?}, and its response is lost\n", state.processes[place].next)
        }
        Some(Action::Fail(place)) => format!("process {place}: {:?} fails\n", state.processes[place].next),
        Some(action) => format!("{action:?}\n"),
        None => format!("{:?}\n{:?}\n", state.shop, state.processes),
    };
    path.into_iter().map(line).collect()
}
