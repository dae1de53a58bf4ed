//! Chance, in the only form the painter has it: numbers that follow from a seed.
//!
//! It owns the hash that turns words into a seed, the generator that draws one number after the
//! other (SplitMix64), and the hash of a grid cell, for what has to be looked up out of order. It
//! refuses to know the clock, the thread or anything else that is different the next time.

/// A stream of numbers that is the same each time it starts from the same seed.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// The stream that belongs to `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// The next 32 bits: the seed of a noise or of a grid of cells.
    pub(super) fn seed(&mut self) -> u32 {
        (self.bits() >> 32) as u32
    }

    /// The next number from 0 up to but not including 1.
    pub(super) fn unit(&mut self) -> f32 {
        unit(self.seed())
    }

    /// The next number between `low` and `high`.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// The next whole number from `low` to `high`, both possible.
    pub(super) fn whole(&mut self, low: u32, high: u32) -> u32 {
        let span = high.saturating_sub(low).saturating_add(1);
        low + ((self.unit() * span as f32) as u32).min(span.saturating_sub(1))
    }

    /// Yes, with the given probability.
    pub(super) fn happens(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of `first` and `rest`, each as likely as the other; `first` is apart so that there is
    /// always something to pick.
    pub(super) fn pick<T: Copy>(&mut self, first: T, rest: &[T]) -> T {
        let chosen = (self.unit() * (rest.len() + 1) as f32) as usize;
        rest.get(chosen).copied().unwrap_or(first)
    }
}

/// The seed that words stand for (FNV-1a, scrambled).
pub(super) fn seed_of(words: &str) -> u64 {
    let hash = words.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    scramble(hash)
}

/// Spreads every bit of `x` over all the others; nearby numbers end far apart.
pub(super) fn scramble(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// 32 bits that belong to the cell (x, y) of a grid.
pub(super) fn cell(x: i32, y: i32, seed: u32) -> u32 {
    let mut h = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77) ^ seed;
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    h ^ (h >> 15)
}

/// 32 bits as a number from 0 up to but not including 1.
pub(super) fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_and_keeps_to_its_bounds() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..64).map(|_| chance.whole(3, 9)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).iter().all(|n| (3..=9).contains(n)));
    }

    #[test]
    fn words_and_cells_have_seeds_of_their_own() {
        assert_ne!(seed_of("a lighthouse"), seed_of("a lighthouse "));
        assert_ne!(cell(0, 1, 5), cell(1, 0, 5));
    }
}
