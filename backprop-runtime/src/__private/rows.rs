//! Parts of slices that are as long as a loop, so that the loop needs no bounds checks.

use core::ops::Add;

/// Number of iterations of `lo..hi`.
#[inline(always)]
pub fn extent(lo: usize, hi: usize) -> usize {
    hi.saturating_sub(lo)
}

/// Number of iterations of `lo..=hi`.
#[inline(always)]
pub fn extent_inclusive(lo: usize, hi: usize) -> usize {
    if lo > hi {
        0
    } else {
        (hi - lo).saturating_add(1)
    }
}

/// The lesser of two lengths.
#[inline(always)]
pub fn least<I: Ord>(a: I, b: I) -> I {
    a.min(b)
}

/// How many of the elements come before those that go in fours: two pairs of doubles.
#[inline(always)]
pub fn uneven(len: usize) -> usize {
    len % 4
}

/// `to += x`, where `to` counts as zero if the buffer that it is in is empty.
#[inline(always)]
pub fn put<const EMPTY: bool, T: Copy + Default + Add<Output = T>>(to: &mut T, x: T) {
    *to = if EMPTY { T::default() } else { *to } + x;
}

/// Runs a loop as a function of its rows: LLVM knows of parameters that they do not overlap.
macro_rules! apart {
    ($($name:ident($($row:ident: $type:ident),*);)*) => {$(
        #[inline(always)]
        pub fn $name<$($type),*>($($row: $type,)* run: impl FnOnce($($type),*)) {
            run($($row),*);
        }
    )*};
}
apart! {
    apart1(a: A);
    apart2(a: A, b: B);
    apart3(a: A, b: B, c: C);
    apart4(a: A, b: B, c: C, d: D);
    apart5(a: A, b: B, c: C, d: D, e: E);
    apart6(a: A, b: B, c: C, d: D, e: E, f: F);
}

/// What panics in the place of a loop: not where the loop is, and it does not come back.
#[cold]
#[inline(never)]
pub fn out_of_line(run: impl FnOnce()) -> ! {
    run();
    unreachable!()
}

/// Does a row not lie within a slice of this length?
#[inline(always)]
pub fn outside(len: usize, start: usize, count: usize) -> bool {
    count != 0 && (start > len || count > len - start)
}

/// `of[start..start + count]`; of no elements, nothing is looked at.
#[inline(always)]
pub fn row<T>(of: &[T], start: usize, count: usize) -> &[T] {
    if count == 0 {
        &[]
    } else {
        &of[start..][..count]
    }
}

/// The same, to write.
#[inline(always)]
pub fn row_mut<T>(of: &mut [T], start: usize, count: usize) -> &mut [T] {
    if count == 0 {
        &mut []
    } else {
        &mut of[start..][..count]
    }
}
