//! `Lanes<T, K>`: the cotangents (or tangents) of `K` seeds (or directions), which go through one sweep together.
//!
//! A sweep is linear in its cotangents, so it only adds them, and multiplies them by numbers of the primal. Each lane
//! does what a sweep of its own would do, in the same order: its bits are the same.

use crate::accumulate::Accumulate;
use crate::real::Arithmetic;
use crate::{Real, Tangent};
use alloc::vec::Vec;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// One number per lane.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
pub struct Lanes<T, const K: usize>(pub [T; K]);

impl<T: Copy, const K: usize> Lanes<T, K> {
    /// The same number in every lane.
    #[inline(always)]
    pub const fn splat(x: T) -> Self {
        Lanes([x; K])
    }
}

impl<T: Real, const K: usize> Lanes<T, K> {
    /// One in lane `k`, zero in the others.
    #[inline(always)]
    pub fn unit(k: usize) -> Self {
        let mut lanes = Self::splat(T::ZERO);
        lanes.0[k] = T::ONE;
        lanes
    }
}

impl<T: Arithmetic + Copy, const K: usize> Neg for Lanes<T, K> {
    type Output = Self;
    #[inline(always)]
    fn neg(mut self) -> Self {
        for x in &mut self.0 {
            *x = -*x;
        }
        self
    }
}

/// Lane by lane.
macro_rules! among_lanes {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident;)*) => {$(
        impl<T: Arithmetic + Copy, const K: usize> $assign for Lanes<T, K> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                for (x, y) in self.0.iter_mut().zip(other.0) {
                    x.$assign_method(y);
                }
            }
        }

        impl<T: Arithmetic + Copy, const K: usize> $trait for Lanes<T, K> {
            type Output = Self;
            #[inline(always)]
            fn $method(mut self, other: Self) -> Self {
                self.$assign_method(other);
                self
            }
        }
    )*};
}
among_lanes! { Add add AddAssign add_assign; Sub sub SubAssign sub_assign; }

/// Every lane by the same number.
macro_rules! by_a_number {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident;)*) => {$(
        impl<T: Arithmetic + Copy, const K: usize> $assign<T> for Lanes<T, K> {
            #[inline(always)]
            fn $assign_method(&mut self, by: T) {
                for x in &mut self.0 {
                    x.$assign_method(by);
                }
            }
        }

        impl<T: Arithmetic + Copy, const K: usize> $trait<T> for Lanes<T, K> {
            type Output = Self;
            #[inline(always)]
            fn $method(mut self, by: T) -> Self {
                self.$assign_method(by);
                self
            }
        }
    )*};
}
by_a_number! { Mul mul MulAssign mul_assign; Div div DivAssign div_assign; }

impl<T: Arithmetic + Copy, const K: usize> Accumulate for Lanes<T, K> {
    #[inline(always)]
    fn accumulate(&mut self, d: Self) {
        *self += d;
    }
}

/// As `K` tangents beside each other.
impl<T: Tangent, const K: usize> Tangent for Lanes<T, K> {
    #[inline(always)]
    fn add(&mut self, other: &Self) {
        self.0.add(&other.0);
    }
    #[inline(always)]
    fn scale(&mut self, by: f64) {
        self.0.scale(by);
    }
    fn dot(&self, other: &Self) -> f64 {
        self.0.dot(&other.0)
    }
    fn flat_len(&self) -> usize {
        self.0.flat_len()
    }
    fn to_flat(&self, out: &mut Vec<f64>) {
        self.0.to_flat(out);
    }
    fn from_flat(&mut self, flat: &[f64]) -> usize {
        self.0.from_flat(flat)
    }
}

/// A gradient of which there are `K` at once.
#[diagnostic::on_unimplemented(
    message = "several of `{Self}` can't go through one sweep",
    note = "a tangent type of your own has no such form: take the Jacobian row by row, with `vjp` or `jvp`"
)]
pub trait InLanes<const K: usize>: Sized {
    /// `K` of them: the same shape, with [`Lanes`] in the place of floats.
    type Lanes;

    /// The one in lane `k`.
    fn lane(lanes: &Self::Lanes, k: usize) -> Self;
}

macro_rules! float {
    ($($float:ident)*) => {$(
        impl<const K: usize> InLanes<K> for $float {
            type Lanes = Lanes<$float, K>;
            #[inline(always)]
            fn lane(lanes: &Self::Lanes, k: usize) -> $float {
                lanes.0[k]
            }
        }
    )*};
}
float!(f32 f64);

macro_rules! constant {
    ($($ty:ty)*) => {$(
        impl<const K: usize> InLanes<K> for $ty {
            type Lanes = $ty;
            #[inline(always)]
            fn lane(lanes: &$ty, _: usize) -> $ty {
                *lanes
            }
        }
    )*};
}
constant!(());

impl<T: InLanes<K>, const N: usize, const K: usize> InLanes<K> for [T; N] {
    type Lanes = [T::Lanes; N];
    #[inline(always)]
    fn lane(lanes: &Self::Lanes, k: usize) -> Self {
        core::array::from_fn(|i| T::lane(&lanes[i], k))
    }
}

impl<T: InLanes<K>, const K: usize> InLanes<K> for Vec<T> {
    type Lanes = Vec<T::Lanes>;
    #[inline]
    fn lane(lanes: &Self::Lanes, k: usize) -> Self {
        lanes.iter().map(|lanes| T::lane(lanes, k)).collect()
    }
}

impl<T: InLanes<K>, const K: usize> InLanes<K> for Option<T> {
    type Lanes = Option<T::Lanes>;
    #[inline]
    fn lane(lanes: &Self::Lanes, k: usize) -> Self {
        lanes.as_ref().map(|lanes| T::lane(lanes, k))
    }
}

macro_rules! tuple {
    ($($name:ident $at:tt),+) => {
        impl<const K: usize, $($name: InLanes<K>),+> InLanes<K> for ($($name,)+) {
            type Lanes = ($($name::Lanes,)+);
            #[inline(always)]
            fn lane(lanes: &Self::Lanes, k: usize) -> Self {
                ($($name::lane(&lanes.$at, k),)+)
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, L 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, L 10, M 11);

/// Per lane the sum in the order of the elements.
pub fn sum_of_lanes<T: Arithmetic + Copy, const K: usize>(all: &[Lanes<T, K>]) -> Lanes<T, K> {
    Lanes(core::array::from_fn(|k| all.iter().map(|lanes| lanes.0[k]).sum()))
}

/// Lane `k` of a gradient.
#[inline(always)]
pub fn lane<const K: usize, T: InLanes<K>>(lanes: &T::Lanes, k: usize) -> T {
    T::lane(lanes, k)
}

/// The seeds of a block of rows: row `start + k` of the Jacobian goes through lane `k`.
#[derive(Clone, Copy, Debug)]
pub struct Seeds {
    start: usize,
    next: usize,
}

impl Seeds {
    /// From that row on.
    #[inline(always)]
    pub fn from_row(start: usize) -> Self {
        Seeds { start, next: 0 }
    }

    /// The seed of the next output: one in the lane of its row, if that is in the block.
    #[inline(always)]
    pub fn one<T: Real, const K: usize>(&mut self) -> Lanes<T, K> {
        let mut seed = Lanes::splat(T::ZERO);
        if let Some(lane) = self.next.checked_sub(self.start).and_then(|k| seed.0.get_mut(k)) {
            *lane = T::ONE;
        }
        self.next += 1;
        seed
    }

    /// How many outputs there were.
    #[inline(always)]
    pub fn all(&self) -> usize {
        self.next
    }
}

/// The rows of one block, one after the other.
#[derive(Debug)]
pub struct Rows<'g, G: InLanes<K>, const K: usize> {
    swept: &'g G::Lanes,
    next: usize,
}

impl<'g, G: InLanes<K>, const K: usize> Rows<'g, G, K> {
    /// From the first lane on.
    #[inline(always)]
    pub fn new(swept: &'g G::Lanes) -> Self {
        Rows { swept, next: 0 }
    }

    /// The next row.
    #[inline(always)]
    pub fn take(&mut self) -> G {
        self.next += 1;
        G::lane(self.swept, self.next - 1)
    }
}

/// The rows of all blocks.
#[derive(Debug)]
pub struct TakenRows<G> {
    rows: Vec<Option<G>>,
    next: usize,
}

impl<G> Default for TakenRows<G> {
    fn default() -> Self {
        TakenRows { rows: Vec::new(), next: 0 }
    }
}

impl<G> TakenRows<G> {
    /// Appends the rows of a block, of which there are `left` or less.
    #[inline]
    pub fn extend<const K: usize>(&mut self, swept: &G::Lanes, left: usize)
    where
        G: InLanes<K>,
    {
        self.rows.extend((0..K.min(left)).map(|k| Some(G::lane(swept, k))));
    }

    /// The next row; there is one per output.
    #[inline]
    #[track_caller]
    pub fn take(&mut self) -> G {
        let row = self.rows.get_mut(self.next).and_then(Option::take);
        self.next += 1;
        match row {
            Some(row) => row,
            None => panic!("backprop: the function gave results of different shapes for the same arguments"),
        }
    }
}
