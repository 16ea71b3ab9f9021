//! Gradients and tangents of which there are several at once.

use super::Lanes;
use crate::{Differentiable, NoTangent};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A gradient of which there are `K` at once.
#[diagnostic::on_unimplemented(
    message = "several of `{Self}` can't go through one sweep",
    note = "a tangent type of your own has no such form: take the Jacobian row by row, with `vjp` or `jvp`"
)]
pub trait InLanes<const K: usize>: Sized {
    /// `K` of them: the same shape, with [`Lanes`] in the place of floats.
    type Lanes: Clone + super::Masked;

    /// The one in lane `k`.
    fn lane(lanes: &Self::Lanes, k: usize) -> Self;

    /// All of them; they have the same shape.
    fn gather(all: [Self; K]) -> Self::Lanes;

    /// The same in every lane.
    fn wide(&self) -> Self::Lanes;
}

macro_rules! float {
    ($($float:ident)*) => {$(
        impl<const K: usize> InLanes<K> for $float {
            type Lanes = Lanes<$float, K>;
            #[inline(always)]
            fn lane(lanes: &Self::Lanes, k: usize) -> $float {
                lanes.0[k]
            }
            #[inline(always)]
            fn gather(all: [$float; K]) -> Self::Lanes {
                Lanes(all)
            }
            #[inline(always)]
            fn wide(&self) -> Self::Lanes {
                Lanes::splat(*self)
            }
        }
    )*};
}
float!(f32 f64);

/// The same function on the same arguments gives results of one shape.
#[inline]
#[track_caller]
pub(super) fn same_shape<T>(part: Option<T>) -> T {
    match part {
        Some(part) => part,
        None => panic!("backprop: the function gave results of different shapes for the same arguments"),
    }
}

#[inline]
#[track_caller]
fn next_of_each<T, const K: usize>(all: &mut [impl Iterator<Item = T>; K]) -> [T; K] {
    all.each_mut().map(|iter| same_shape(iter.next()))
}

macro_rules! constant {
    ($($ty:ty)*) => {$(
        impl<const K: usize> InLanes<K> for $ty {
            type Lanes = $ty;
            #[inline(always)]
            fn lane(lanes: &$ty, _: usize) -> $ty {
                *lanes
            }
            #[inline(always)]
            fn gather(_: [$ty; K]) -> $ty {
                Default::default()
            }
            #[inline(always)]
            fn wide(&self) -> $ty {
                *self
            }
        }
    )*};
}
constant!(() NoTangent);

impl<T: InLanes<K>, const N: usize, const K: usize> InLanes<K> for [T; N] {
    type Lanes = [T::Lanes; N];
    #[inline(always)]
    fn lane(lanes: &Self::Lanes, k: usize) -> Self {
        core::array::from_fn(|i| T::lane(&lanes[i], k))
    }
    #[inline]
    fn gather(all: [Self; K]) -> Self::Lanes {
        let mut all = all.map(IntoIterator::into_iter);
        core::array::from_fn(|_| T::gather(next_of_each(&mut all)))
    }
    #[inline]
    fn wide(&self) -> Self::Lanes {
        self.each_ref().map(T::wide)
    }
}

impl<T: InLanes<K>, const K: usize> InLanes<K> for Vec<T> {
    type Lanes = Vec<T::Lanes>;
    #[inline]
    fn lane(lanes: &Self::Lanes, k: usize) -> Self {
        lanes.iter().map(|lanes| T::lane(lanes, k)).collect()
    }
    #[inline]
    fn gather(all: [Self; K]) -> Self::Lanes {
        let len = all.first().map_or(0, Vec::len);
        let mut all = all.map(IntoIterator::into_iter);
        (0..len).map(|_| T::gather(next_of_each(&mut all))).collect()
    }
    #[inline]
    fn wide(&self) -> Self::Lanes {
        self.iter().map(T::wide).collect()
    }
}

impl<T: InLanes<K>, const K: usize> InLanes<K> for Option<T> {
    type Lanes = Option<T::Lanes>;
    #[inline]
    fn lane(lanes: &Self::Lanes, k: usize) -> Self {
        lanes.as_ref().map(|lanes| T::lane(lanes, k))
    }
    #[inline]
    fn gather(all: [Self; K]) -> Self::Lanes {
        if all.first().is_some_and(Option::is_some) {
            Some(T::gather(all.map(same_shape)))
        } else {
            None
        }
    }
    #[inline]
    fn wide(&self) -> Self::Lanes {
        self.as_ref().map(T::wide)
    }
}

impl<T: InLanes<K>, const K: usize> InLanes<K> for Box<T> {
    type Lanes = Box<T::Lanes>;
    #[inline]
    fn lane(lanes: &Self::Lanes, k: usize) -> Self {
        Box::new(T::lane(lanes, k))
    }
    #[inline]
    fn gather(all: [Self; K]) -> Self::Lanes {
        Box::new(T::gather(all.map(|one| *one)))
    }
    #[inline]
    fn wide(&self) -> Self::Lanes {
        Box::new((**self).wide())
    }
}

macro_rules! tuple {
    ($(($name:ident $contribution:ident $at:tt))+) => {
        impl<const K: usize, $($name: InLanes<K>),+> InLanes<K> for ($($name,)+) {
            type Lanes = ($($name::Lanes,)+);
            #[inline(always)]
            fn lane(lanes: &Self::Lanes, k: usize) -> Self {
                ($($name::lane(&lanes.$at, k),)+)
            }
            #[inline]
            fn gather(all: [Self; K]) -> Self::Lanes {
                let mut all = all.map(|one| ($(Some(one.$at),)+));
                ($($name::gather(all.each_mut().map(|one| same_shape(one.$at.take()))),)+)
            }
            #[inline]
            fn wide(&self) -> Self::Lanes {
                ($(self.$at.wide(),)+)
            }
        }
    };
}
tuples! { tuple }

/// Lane `k` of a gradient.
#[inline(always)]
pub fn lane<const K: usize, T: InLanes<K>>(lanes: &T::Lanes, k: usize) -> T {
    T::lane(lanes, k)
}

/// Tangents of a type of the user's: as many as there are lanes, beside each other.
#[derive(Clone, Debug)]
pub struct Spread<T, const K: usize> {
    lanes: [T; K],
}

impl<T: Clone, const K: usize> Spread<T, K> {
    /// The one in lane `k`.
    pub fn lane(&self, k: usize) -> T {
        self.lanes[k].clone()
    }
}

impl<T, const K: usize> Spread<T, K> {
    /// All of them.
    pub fn gather(lanes: [T; K]) -> Self {
        Spread { lanes }
    }
}

/// Lane `k` of the elements of a slice.
#[inline]
pub fn lane_of_slice<const K: usize, T: InLanes<K>>(lanes: &[T::Lanes], k: usize) -> Vec<T> {
    lanes.iter().map(|lanes| T::lane(lanes, k)).collect()
}

/// The zero tangent of a value, in every lane.
#[inline]
pub fn zero_in_lanes<const K: usize, X>(x: &X) -> <X::Tangent as InLanes<K>>::Lanes
where
    X: Differentiable + ?Sized,
    X::Tangent: InLanes<K>,
{
    x.zero_tangent().wide()
}

/// A function with its tangent in `K` directions, by a sweep for each.
#[inline]
pub fn by_lane<Y, T: InLanes<K>, const K: usize>(mut sweep: impl FnMut(usize) -> (Y, T)) -> (Y, T::Lanes) {
    let mut value = None;
    let tangents = core::array::from_fn(|k| {
        let (y, tangent) = sweep(k);
        value = Some(y);
        tangent
    });
    (same_shape(value), T::gather(tangents))
}

/// `Clone`, as a bound that is looked at where the function is called.
pub trait CloneIn<const K: usize> {
    /// `clone`
    #[must_use]
    fn clone_in(&self) -> Self;
}

impl<T: Clone, const K: usize> CloneIn<K> for T {
    #[inline(always)]
    fn clone_in(&self) -> T {
        self.clone()
    }
}
