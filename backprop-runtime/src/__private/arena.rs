//! Where the levels of a recursion keep their residuals: plain words, the last one first.

use super::Stack;

/// A stack of numbers of any type that fits into a word.
#[derive(Debug)]
pub struct Arena {
    words: Stack<u64>,
}

/// A recursion is seldom shallow: this many words at once. (A tenth slower at a depth of 1000, if it has to grow.)
const FIRST: usize = 1536;

/// A number that a word holds exactly.
pub trait Word {
    /// As a word.
    fn to_word(self) -> u64;
    /// From a word that [`Word::to_word`] made.
    fn from_word(word: u64) -> Self;
}

impl Default for Arena {
    fn default() -> Self {
        Arena::new()
    }
}

impl Arena {
    /// An empty one.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Arena { words: Stack::with_capacity(FIRST) }
    }

    /// Keeps a number.
    #[inline(always)]
    pub fn push<T: Word>(&mut self, number: T) {
        self.words.push(number.to_word());
    }

    /// The last number that is left, which must be asked for with the type that it was pushed with.
    ///
    /// # Panics
    /// If there is none.
    #[inline(always)]
    pub fn pop<T: Word>(&mut self) -> T {
        match self.words.pop() {
            Some(word) => T::from_word(word),
            None => unreachable!("every level pops what it has pushed"),
        }
    }
}

impl Word for f64 {
    #[inline(always)]
    fn to_word(self) -> u64 {
        self.to_bits()
    }
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        f64::from_bits(word)
    }
}

impl Word for f32 {
    #[inline(always)]
    fn to_word(self) -> u64 {
        u64::from(self.to_bits())
    }
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // the upper half is zero
    fn from_word(word: u64) -> Self {
        f32::from_bits(word as u32)
    }
}

impl Word for bool {
    #[inline(always)]
    fn to_word(self) -> u64 {
        u64::from(self)
    }
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        word != 0
    }
}

macro_rules! words {
    ($($int:ty)*) => { $(
        impl Word for $int {
            #[inline(always)]
            #[allow(clippy::cast_lossless, clippy::cast_sign_loss)] // sign-extended, and cut off again
            fn to_word(self) -> u64 {
                self as u64
            }
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
            fn from_word(word: u64) -> Self {
                word as Self
            }
        }
    )* };
}

words! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

#[cfg(test)]
mod tests {
    use super::Arena;

    #[test]
    fn numbers_come_back_as_they_were() {
        let mut arena = Arena::new();
        arena.push(-0.0_f64);
        arena.push(f64::from_bits(0x7ff8_0000_dead_beef));
        arena.push(-1.5_f32);
        arena.push(-7_i8);
        arena.push(isize::MIN);
        arena.push(u64::MAX);
        arena.push(true);
        assert!(arena.pop::<bool>());
        assert_eq!(arena.pop::<u64>(), u64::MAX);
        assert_eq!(arena.pop::<isize>(), isize::MIN);
        assert_eq!(arena.pop::<i8>(), -7);
        assert_eq!(arena.pop::<f32>(), -1.5);
        assert_eq!(arena.pop::<f64>().to_bits(), 0x7ff8_0000_dead_beef);
        assert_eq!(arena.pop::<f64>().to_bits(), (-0.0_f64).to_bits());
    }
}
