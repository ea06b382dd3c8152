//! Chance that always falls the same way, so that every developer has the same demo shop.

use std::ops::RangeInclusive;
use std::time::Duration;

use mongodb::bson::oid::ObjectId;

/// A stream of numbers that follows from a text: `SplitMix64`, seeded by an FNV-1a hash.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(text: &str) -> Self {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, hash))
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of 0 to `count` - 1; 0 when `count` is 0.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.number().checked_rem(count).unwrap_or(0)
    }

    /// A position in a slice of that length.
    pub(crate) fn position(&mut self, length: usize) -> usize {
        let position = u64::try_from(length).map_or(0, |length| self.below(length));
        usize::try_from(position).unwrap_or(0)
    }

    /// So many percent of a span of time.
    pub(super) fn percent_of(&mut self, span: Duration, percent: RangeInclusive<u64>) -> Duration {
        let (from, to) = percent.into_inner();
        let percent = from.saturating_add(self.below(to.saturating_sub(from).saturating_add(1)));
        let seconds = span.as_secs().saturating_mul(percent).saturating_add(self.below(60));
        Duration::from_secs(seconds.div_euclid(100))
    }

    /// So many of these characters.
    pub(super) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..length).filter_map(|_| alphabet.get(self.position(alphabet.len())).copied()).collect()
    }
}

/// The id that follows from a name, such as `product/TEE-HARBOR`.
pub(super) fn id<Id: From<ObjectId>>(name: &str) -> Id {
    let mut chance = Chance::of(name);
    let mut bytes = [0; 12];
    let random = chance.number().to_be_bytes().into_iter().chain(chance.number().to_be_bytes());
    for (byte, random) in bytes.iter_mut().zip(random) {
        *byte = random;
    }
    ObjectId::from_bytes(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_same_text_gives_the_same_numbers_and_another_gives_others() {
        let numbers = |text: &str| {
            let mut chance = Chance::of(text);
            [chance.number(), chance.number(), chance.number()]
        };
        assert_eq!(numbers("a"), numbers("a"));
        assert_ne!(numbers("a"), numbers("b"));
        let mut chance = Chance::of("dice");
        let mut counts = [0; 6];
        for _ in 0..6_000 {
            counts[chance.position(6)] += 1;
        }
        assert!(counts.iter().all(|count| (800..1_200).contains(count)), "{counts:?}");
    }
}
