//! The order that a sort would bring the elements of a slice into.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// For each place, the index of the element that `sort_by` moves there.
pub fn order_sort_by<T>(items: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| compare(&items[*a], &items[*b]));
    order
}

/// The same for `sort_unstable_by`.
pub fn order_sort_unstable_by<T>(items: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_unstable_by(|a, b| compare(&items[*a], &items[*b]));
    order
}
