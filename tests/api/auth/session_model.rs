//! Random sequences of refreshes by several clients, compared with a model of the session.

use super::refresh_leeway::{advance, refresh, shop_with_session};
use ferrocart_tests::{Answer, TestShop};
use serde_json::json;

const LEEWAY: i64 = 300;
/// Durations in seconds. Neither they nor sums of them are close to the leeway: the test itself takes time.
const PAUSES: [i64; 4] = [70, 130, 280, 900];

/// A session as the documentation describes it.
struct Model {
    is_open: bool,
    clock: i64,
    /// When each generation was spent, oldest first.
    spent_at: Vec<i64>,
}

impl Model {
    /// Presents the token of a generation, and returns the generation of the response; `None` for a 401.
    fn refresh(&mut self, presented: usize) -> Option<usize> {
        match self.spent_at.get(presented) {
            None => self.spent_at.push(self.clock),
            Some(spent_at) => self.is_open &= self.clock.saturating_sub(*spent_at) < LEEWAY,
        }
        self.is_open.then_some(self.spent_at.len())
    }
}

/// A generator of pseudo-random numbers: a linear congruential one, with the constants of Knuth's MMIX.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits").checked_rem(limit).expect("a limit above 0")
    }
}

/// The tokens of a session by generation, and which of them each client has stored.
struct Clients {
    tokens: Vec<Answer>,
    stored: [usize; 3],
}

impl Clients {
    /// Refreshes with the stored token of a client, which loses or stores the response.
    async fn refresh(&mut self, shop: &TestShop, model: &mut Model, client: usize, is_lost: bool) {
        let presented = self.stored[client];
        let answer = refresh(shop, &self.tokens[presented]).await;
        let Some(generation) = model.refresh(presented) else {
            answer.expect(401);
            return;
        };
        let answer = answer.expect(200);
        match self.tokens.get(generation) {
            Some(known) => assert_eq!(known.text("/refresh_token"), answer.text("/refresh_token")),
            None => self.tokens.push(answer),
        }
        if !is_lost {
            self.stored[client] = generation;
        }
    }
}

#[tokio::test]
async fn sessions_behave_like_the_model() {
    let mut ended = 0;
    for seed in 0..30 {
        let (shop, first) = shop_with_session(&[("REFRESH_LEEWAY_SECONDS", &LEEWAY.to_string())]).await;
        let mut random = Random(seed);
        let mut model = Model { is_open: true, clock: 0, spent_at: Vec::new() };
        let mut clients = Clients { tokens: vec![first], stored: [0; 3] };
        for _ in 0..25 {
            let client = random.below(3);
            match random.below(10) {
                0..3 => {
                    // Most pauses are long, as between two refreshes; all clients then read the newest token.
                    let pause = PAUSES[random.below(4)];
                    model.clock += pause;
                    advance(&shop, pause).await;
                    if random.below(8) > 0 {
                        clients.stored = [*clients.stored.iter().max().expect("a client"); 3];
                    }
                }
                action => clients.refresh(&shop, &mut model, client, action < 5).await,
            }
        }
        ended += usize::from(!model.is_open);
        let newest = json!({ "refresh_token": clients.tokens.last().expect("a token").text("/refresh_token") });
        let status = if model.is_open { 200 } else { 401 };
        shop.visitor().post("/auth/refresh", newest).await.expect(status);
    }
    // The sequences cover both outcomes.
    assert!((5..25).contains(&ended), "{ended}");
}
