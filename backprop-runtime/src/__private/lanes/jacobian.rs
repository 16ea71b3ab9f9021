//! The rows of a Jacobian: their seeds, and how they are put together from lanes.

use super::several::{same_shape, InLanes};
use super::Lanes;
use crate::Real;
use alloc::vec::Vec;

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
        same_shape(row)
    }
}

/// A row of a Jacobian, which gets its numbers by columns. The numbers of a gradient are counted in order.
pub trait Columns<T> {
    /// Overwrites those of its numbers that are among the columns from `start` on; `first` is the number of its own
    /// first one. Returns the number after its last.
    fn put(&mut self, first: usize, start: usize, columns: &[T]) -> usize;

    /// The same for several, one after the other.
    #[inline]
    fn put_all(all: &mut [Self], first: usize, start: usize, columns: &[T]) -> usize
    where
        Self: Sized,
    {
        all.iter_mut().fold(first, |first, one| one.put(first, start, columns))
    }
}

macro_rules! column {
    ($($float:ident)*) => {$(
        impl Columns<$float> for $float {
            #[inline(always)]
            fn put(&mut self, first: usize, start: usize, columns: &[$float]) -> usize {
                if let Some(x) = first.checked_sub(start).and_then(|k| columns.get(k)) {
                    *self = *x;
                }
                first + 1
            }

            #[inline(always)]
            fn put_all(all: &mut [$float], first: usize, start: usize, columns: &[$float]) -> usize {
                let next = first + all.len();
                let to = all.get_mut(start.saturating_sub(first)..).unwrap_or_default();
                let from = columns.get(first.saturating_sub(start)..).unwrap_or_default();
                for (to, from) in to.iter_mut().zip(from) {
                    *to = *from;
                }
                next
            }
        }
    )*};
}
column!(f32 f64);

impl<T> Columns<T> for () {
    #[inline(always)]
    fn put(&mut self, first: usize, _: usize, _: &[T]) -> usize {
        first
    }
}

impl<T, E: Columns<T>, const N: usize> Columns<T> for [E; N] {
    #[inline(always)]
    fn put(&mut self, first: usize, start: usize, columns: &[T]) -> usize {
        E::put_all(self, first, start, columns)
    }
}

impl<T, E: Columns<T>> Columns<T> for Vec<E> {
    #[inline(always)]
    fn put(&mut self, first: usize, start: usize, columns: &[T]) -> usize {
        E::put_all(self, first, start, columns)
    }
}

macro_rules! columns_of_tuple {
    ($(($name:ident $contribution:ident $at:tt))+) => {
        impl<X, $($name: Columns<X>),+> Columns<X> for ($($name,)+) {
            #[inline(always)]
            fn put(&mut self, first: usize, start: usize, columns: &[X]) -> usize {
                $(let first = self.$at.put(first, start, columns);)+
                first
            }
        }
    };
}
tuples! { columns_of_tuple }

/// All rows, after the last block.
#[inline(always)]
#[track_caller]
pub fn filled<J>(rows: Option<J>) -> J {
    same_shape(rows)
}
