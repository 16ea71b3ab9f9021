//! Integers of any type, for counters whose types the macro does not see.

/// An integer type of Rust.
pub trait Int: Copy {
    #[doc(hidden)]
    fn widen(self) -> i64;
    /// `self + trips * step`, as it was computed without overflow.
    #[doc(hidden)]
    fn grown(self, trips: i64, step: Self) -> Self;
    /// `self - trips * step`
    #[doc(hidden)]
    fn shrunk(self, trips: i64, step: Self) -> Self;
}

macro_rules! ints {
    ($($int:ty)*) => { $(
        impl Int for $int {
            #[inline(always)]
            fn widen(self) -> i64 {
                self as i64
            }
            #[inline(always)]
            fn grown(self, trips: i64, step: Self) -> Self {
                self.wrapping_add((trips as $int).wrapping_mul(step))
            }
            #[inline(always)]
            fn shrunk(self, trips: i64, step: Self) -> Self {
                self.wrapping_sub((trips as $int).wrapping_mul(step))
            }
        }
    )* };
}

ints! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

/// A counter that grows by `step` with each iteration from `lo` on, at `index`.
#[inline(always)]
pub fn induct<C: Int, I: Int>(init: C, index: I, lo: I, step: C) -> C {
    init.grown(index.widen().wrapping_sub(lo.widen()), step)
}

/// A counter that shrinks by `step` with each iteration from `lo` on, at `index`.
#[inline(always)]
pub fn deduct<C: Int, I: Int>(init: C, index: I, lo: I, step: C) -> C {
    init.shrunk(index.widen().wrapping_sub(lo.widen()), step)
}

/// A counter that has grown by `step` for each index in `lo..hi`.
#[inline(always)]
pub fn advance<C: Int, I: Int>(from: C, lo: I, hi: I, step: C) -> C {
    from.grown(trips(lo, hi), step)
}

/// A counter before it grew by `step` for each index in `lo..hi`.
#[inline(always)]
pub fn retreat<C: Int, I: Int>(to: C, lo: I, hi: I, step: C) -> C {
    to.shrunk(trips(lo, hi), step)
}

/// How many indices there are in `lo..hi`.
#[inline(always)]
fn trips<I: Int>(lo: I, hi: I) -> i64 {
    hi.widen().wrapping_sub(lo.widen()).max(0)
}

/// How many there are in `lo..hi`.
#[inline(always)]
pub fn range_len<I: Int>(lo: I, hi: I) -> usize {
    trips(lo, hi) as usize
}

/// How many there are in `lo..=hi`.
#[inline(always)]
pub fn range_len_inclusive<I: Int>(lo: I, hi: I) -> usize {
    hi.widen().wrapping_sub(lo.widen()).wrapping_add(1).max(0) as usize
}
