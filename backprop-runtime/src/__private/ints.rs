//! Integers of any type, for counters whose types the macro does not see.

/// An integer type of Rust.
pub trait Int: Copy {
    #[doc(hidden)]
    fn widen(self) -> i64;
    #[doc(hidden)]
    fn narrow(n: i64) -> Self;
}

macro_rules! ints {
    ($($int:ty)*) => { $(
        impl Int for $int {
            #[inline(always)]
            fn widen(self) -> i64 {
                self as i64
            }
            #[inline(always)]
            fn narrow(n: i64) -> Self {
                n as $int
            }
        }
    )* };
}

ints! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

/// A counter that grows by `step` with each iteration from `lo` on, at `index`.
#[inline(always)]
pub fn induct<C: Int, I: Int>(init: C, index: I, lo: I, step: C) -> C {
    let trips = index.widen().wrapping_sub(lo.widen());
    C::narrow(init.widen().wrapping_add(trips.wrapping_mul(step.widen())))
}

/// A counter that shrinks by `step` with each iteration from `lo` on, at `index`.
#[inline(always)]
pub fn deduct<C: Int, I: Int>(init: C, index: I, lo: I, step: C) -> C {
    let trips = index.widen().wrapping_sub(lo.widen());
    C::narrow(init.widen().wrapping_sub(trips.wrapping_mul(step.widen())))
}

/// A counter that has grown by `step` for each index in `lo..hi`.
#[inline(always)]
pub fn advance<C: Int, I: Int>(from: C, lo: I, hi: I, step: C) -> C {
    C::narrow(from.widen().wrapping_add(trips(lo, hi).wrapping_mul(step.widen())))
}

/// A counter before it grew by `step` for each index in `lo..hi`.
#[inline(always)]
pub fn retreat<C: Int, I: Int>(to: C, lo: I, hi: I, step: C) -> C {
    C::narrow(to.widen().wrapping_sub(trips(lo, hi).wrapping_mul(step.widen())))
}

/// How many indices there are in `lo..hi`.
#[inline(always)]
fn trips<I: Int>(lo: I, hi: I) -> i64 {
    hi.widen().wrapping_sub(lo.widen()).max(0)
}
