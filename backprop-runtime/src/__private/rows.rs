//! Parts of slices that are as long as a loop, so that the loop needs no bounds checks.

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
