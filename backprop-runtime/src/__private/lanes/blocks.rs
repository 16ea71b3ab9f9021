//! Tangents in blocks of lanes, and masks that say which blocks of an element may differ from zero.

use super::several::Spread;
use super::Lanes;
use crate::{NoTangent, Real};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// What has masks: one per element of an array or a vector, else one.
pub trait Masked {
    /// A bit per block.
    type Masks: AsRef<[u64]> + AsMut<[u64]>;

    /// No block.
    fn unmarked(&self) -> Self::Masks;

    /// Is every number surely zero?
    fn is_nothing(&self) -> bool {
        false
    }

    /// Marks the elements that may differ from zero.
    fn mark_elements(&self, bit: u64, masks: &mut Self::Masks) {
        if !self.is_nothing() {
            mark(masks, bit);
        }
    }
}

impl<T: Real, const K: usize> Masked for Lanes<T, K> {
    type Masks = [u64; 1];
    #[inline(always)]
    fn unmarked(&self) -> [u64; 1] {
        [0]
    }
    #[inline(always)]
    fn is_nothing(&self) -> bool {
        self.0.iter().all(|x| *x == T::ZERO)
    }
}

impl<T: Masked, const N: usize> Masked for [T; N] {
    type Masks = [u64; N];
    #[inline(always)]
    fn unmarked(&self) -> [u64; N] {
        [0; N]
    }
    #[inline(always)]
    fn is_nothing(&self) -> bool {
        self.iter().all(T::is_nothing)
    }
    #[inline]
    fn mark_elements(&self, bit: u64, masks: &mut [u64; N]) {
        for (x, mask) in self.iter().zip(masks) {
            *mask |= if x.is_nothing() { 0 } else { bit };
        }
    }
}

macro_rules! listed {
    ($($ty:ty)*) => {$(
        impl<T: Masked> Masked for $ty {
            type Masks = Vec<u64>;
            #[inline]
            fn unmarked(&self) -> Vec<u64> {
                vec![0; self.len()]
            }
            #[inline]
            fn is_nothing(&self) -> bool {
                self.iter().all(T::is_nothing)
            }
            #[inline]
            fn mark_elements(&self, bit: u64, masks: &mut Vec<u64>) {
                for (x, mask) in self.iter().zip(masks) {
                    *mask |= if x.is_nothing() { 0 } else { bit };
                }
            }
        }
    )*};
}
listed! { Vec<T> [T] }

macro_rules! as_one {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        impl<$($generics)*> Masked for $ty {
            type Masks = [u64; 1];
            #[inline(always)]
            fn unmarked(&self) -> [u64; 1] {
                [0]
            }
        }
    )*};
}
as_one! {
    [] ();
    [] NoTangent;
    [T, const K: usize] Spread<T, K>;
    [T] Option<T>;
    [T: ?Sized] Box<T>;
}

macro_rules! tuple {
    ($(($name:ident $contribution:ident $at:tt))+) => {
        impl<$($name),+> Masked for ($($name,)+) {
            type Masks = [u64; 1];
            #[inline(always)]
            fn unmarked(&self) -> [u64; 1] {
                [0]
            }
        }
    };
}
tuples! { tuple }

/// The same in each block.
#[inline(always)]
pub fn blocks<T: Clone, const B: usize>(one: T) -> [T; B] {
    core::array::from_fn(|_| one.clone())
}

/// A vector of copies.
#[inline(always)]
pub fn copies<T: Copy>(one: T, n: usize) -> Vec<T> {
    let mut all = Vec::with_capacity(n);
    all.resize_with(n, || one);
    all
}

/// Masks for what is the same in each block: nothing so far.
#[inline(always)]
pub fn marks<T: Masked>(all: &[T]) -> T::Masks {
    all[0].unmarked()
}

/// What is held block by block, as a function returns it.
pub trait Parts<P> {
    /// An array or a vector, whichever is wanted.
    fn into_parts(self) -> P;
}

impl<T> Parts<Vec<T>> for Vec<T> {
    #[inline(always)]
    fn into_parts(self) -> Vec<T> {
        self
    }
}

impl<T, const B: usize> Parts<[T; B]> for [T; B] {
    #[inline(always)]
    fn into_parts(self) -> [T; B] {
        self
    }
}

impl<T, const B: usize> Parts<Vec<T>> for [T; B] {
    #[inline]
    fn into_parts(self) -> Vec<T> {
        self.into()
    }
}

impl<T, const B: usize> Parts<[T; B]> for Vec<T> {
    #[inline]
    fn into_parts(self) -> [T; B] {
        let mut all = self.into_iter();
        core::array::from_fn(|_| super::several::same_shape(all.next()))
    }
}

/// The blocks of each element that differ from zero.
#[inline]
pub fn marks_of<T: Masked, const B: usize>(all: &[T; B]) -> T::Masks {
    let mut masks = marks(all);
    for (b, one) in all.iter().enumerate() {
        one.mark_elements(1 << b, &mut masks);
    }
    masks
}

/// The masks that a caller gives for a part of its own: those of the elements, or one for all.
#[inline]
pub fn marks_from<T: Masked + ?Sized>(of: &T, given: &[u64]) -> T::Masks {
    let mut masks = of.unmarked();
    let own = masks.as_mut();
    if own.len() == given.len() {
        own.copy_from_slice(given);
    } else {
        own.fill(union(&given));
    }
    masks
}

/// The blocks of any element.
#[inline(always)]
pub fn union(masks: &impl AsRef<[u64]>) -> u64 {
    masks.as_ref().iter().fold(0, |all, mask| all | mask)
}

/// Adds blocks to every element.
#[inline(always)]
pub fn mark(masks: &mut impl AsMut<[u64]>, more: u64) {
    for mask in masks.as_mut() {
        *mask |= more;
    }
}

/// The numbers of the bits.
#[inline(always)]
pub fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let bit = mask.trailing_zeros();
        if mask == 0 {
            return None;
        }
        mask &= mask - 1;
        Some(bit as usize)
    })
}

/// An argument's tangent in every block.
#[inline(always)]
pub fn given<T, const B: usize>(one: impl FnMut(usize) -> Option<T>) -> [Option<T>; B] {
    core::array::from_fn(one)
}

/// The tangent of a constant.
#[inline(always)]
pub fn none<T, const B: usize>() -> [Option<T>; B] {
    core::array::from_fn(|_| None)
}

/// All of them; `None` if the caller has none.
#[inline(always)]
pub fn all_given<T: Copy, const B: usize>(all: [Option<T>; B]) -> Option<[T; B]> {
    let first = all[0]?;
    all.iter().all(Option::is_some).then(|| all.map(|one| one.unwrap_or(first)))
}
