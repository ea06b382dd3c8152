//! Disputes of a payment: the buyer's bank reclaims it, or inquires about it first.

use super::money::Money;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The status of a dispute, in ascending order of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// The bank inquires. The shop still has the money.
    Inquiry,
    /// The bank has taken the money until it decides.
    Open,
    /// Closed in favour of the shop, which has the money.
    Won,
    /// Closed in favour of the buyer, who has the money.
    Lost,
}

impl DisputeStatus {
    /// All statuses.
    pub const ALL: [Self; 4] = [Self::Inquiry, Self::Open, Self::Won, Self::Lost];

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// Returns whether the shop must not ship the goods: all but a dispute that it has won.
    #[must_use]
    pub const fn blocks_shipping(self) -> bool {
        !matches!(self, Self::Won)
    }

    /// Returns whether the bank has the money.
    #[must_use]
    pub const fn withholds_money(self) -> bool {
        matches!(self, Self::Open | Self::Lost)
    }

    /// Returns how much the status matters to a payment with several disputes.
    const fn severity(self) -> u8 {
        match self {
            Self::Won => 0,
            Self::Inquiry => 1,
            Self::Lost => 2,
            Self::Open => 3,
        }
    }
}

/// A dispute of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The id at Stripe. It is the id of the payment intent if Stripe reports only that the payment is disputed.
    pub id: String,
    /// The disputed amount, in the currency of the payment.
    pub amount: Money,
    /// The status.
    pub status: DisputeStatus,
    /// The time at which the dispute had this status.
    pub as_of: Timestamp,
}

/// The disputes of a payment, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisputeSummary {
    /// The status of the dispute that matters most: an open one, then a lost one.
    pub status: DisputeStatus,
    /// The sum that the bank has taken.
    pub withheld: Money,
}

/// Adds a dispute as an event reports it. Events arrive in any order: the latest state of each dispute counts.
pub fn merge(disputes: &mut Vec<Dispute>, intent: &str, reported: Dispute) {
    disputes.retain(|known| known.id != intent);
    match disputes.iter_mut().find(|known| known.id == reported.id) {
        Some(known) if (known.as_of, known.status) < (reported.as_of, reported.status) => *known = reported,
        Some(_) => {}
        None => disputes.push(reported),
    }
}

/// Returns the sum that banks have taken. A bank may dispute a payment again, so it may exceed the payment.
#[must_use]
pub fn withheld(disputes: &[Dispute]) -> Money {
    let taken = disputes.iter().filter(|dispute| dispute.status.withholds_money());
    Money::from_minor(taken.fold(0, |sum, dispute| dispute.amount.minor().saturating_add(sum)))
}

/// Returns whether a dispute blocks the shipment of the order.
#[must_use]
pub fn blocks_shipping(disputes: &[Dispute]) -> bool {
    disputes.iter().any(|dispute| dispute.status.blocks_shipping())
}

/// Returns the disputes in short; `None` without disputes.
#[must_use]
pub fn summarize(disputes: &[Dispute]) -> Option<DisputeSummary> {
    let status = disputes.iter().map(|dispute| dispute.status).max_by_key(|status| status.severity())?;
    Some(DisputeSummary { status, withheld: withheld(disputes) })
}

#[cfg(test)]
mod tests {
    use super::{Dispute, DisputeStatus, Money, Timestamp, blocks_shipping, merge, summarize, withheld};
    use proptest::prelude::*;

    fn dispute(id: &str, cents: i64, status: DisputeStatus, second: i64) -> Dispute {
        let (amount, as_of) = (Money::from_minor(cents), Timestamp::from_millis(second.saturating_mul(1000)));
        Dispute { id: id.to_owned(), amount, status, as_of }
    }

    #[test]
    fn the_names_of_the_statuses_never_change() {
        assert_eq!(DisputeStatus::ALL.map(DisputeStatus::as_str), ["inquiry", "open", "won", "lost"]);
    }

    #[test]
    fn an_open_or_lost_dispute_withholds_its_amount() {
        for (status, taken, blocks) in [
            (DisputeStatus::Inquiry, 0, true),
            (DisputeStatus::Open, 700, true),
            (DisputeStatus::Lost, 700, true),
            (DisputeStatus::Won, 0, false),
        ] {
            let disputes = [dispute("du_1", 700, status, 1)];
            assert_eq!((withheld(&disputes).minor(), blocks_shipping(&disputes)), (taken, blocks), "{status:?}");
        }
        assert_eq!(withheld(&[]), Money::ZERO);
    }

    #[test]
    fn the_dispute_that_matters_most_is_summarized() {
        let all = DisputeStatus::ALL.map(|status| dispute(status.as_str(), 100, status, 1));
        let summary = summarize(&all).unwrap();
        assert_eq!((summary.status, summary.withheld.minor()), (DisputeStatus::Open, 200));
        assert_eq!(summarize(&[]), None);
    }

    #[test]
    fn a_reported_dispute_replaces_what_the_charge_revealed() {
        let mut disputes = vec![dispute("pi_1", 700, DisputeStatus::Open, 1)];
        merge(&mut disputes, "pi_1", dispute("du_1", 500, DisputeStatus::Open, 1));
        assert_eq!(disputes, [dispute("du_1", 500, DisputeStatus::Open, 1)]);
    }

    #[test]
    fn of_two_states_in_one_second_the_further_one_counts() {
        for order in [[DisputeStatus::Open, DisputeStatus::Won], [DisputeStatus::Won, DisputeStatus::Open]] {
            let mut disputes = Vec::new();
            order.into_iter().for_each(|status| merge(&mut disputes, "pi_1", dispute("du_1", 700, status, 1)));
            assert_eq!(disputes, [dispute("du_1", 700, DisputeStatus::Won, 1)]);
        }
    }

    proptest! {
        #[test]
        fn the_order_of_reports_does_not_matter(
            reports in prop::collection::vec(
                (0_u8..3, prop::sample::select(DisputeStatus::ALL.to_vec()), 0_i64..5), 0..12,
            ),
        ) {
            let reported = |(number, status, second): &(u8, DisputeStatus, i64)| {
                dispute(&format!("du_{number}"), 100, *status, *second)
            };
            let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
            reports.iter().for_each(|report| merge(&mut forwards, "pi_1", reported(report)));
            reports.iter().rev().for_each(|report| merge(&mut backwards, "pi_1", reported(report)));
            let by_id = |disputes: &mut Vec<Dispute>| disputes.sort_by(|one, other| one.id.cmp(&other.id));
            by_id(&mut forwards);
            by_id(&mut backwards);
            prop_assert_eq!(forwards, backwards);
        }
    }
}
