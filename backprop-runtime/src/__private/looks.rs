//! Parts of what rustc alone knows: slices where there are any, else the thing itself, by its own `Index`.
//!
//! ```text
//! let part = Look::at(&self.w[i]).part(0, n);    // a `Part` of a slice, or `Through` to a type of the user's
//! if outside(part.len(), 0, n) { .. }            // the function's own panic, in its order
//! let row = part.cut(n);                         // `&[f64]` of length n
//! ```
//! Which one it is, method lookup decides: inherent methods of `Look<Vec<T>>` and the like come first, then those of
//! what it dereferences to.

use crate::NoTangent;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut, Index, IndexMut};

/// A slice, found by name.
#[derive(Debug)]
pub struct Look<'a, X: ?Sized>(Indexed<'a, X>);

/// Something with an `Index` of its own.
#[derive(Debug)]
pub struct Indexed<'a, X: ?Sized>(Behind<'a, X>);

/// Something that dereferences to it.
#[derive(Debug)]
pub struct Behind<'a, X: ?Sized>(&'a X);

impl<'a, X: ?Sized> Look<'a, X> {
    #[inline(always)]
    pub fn at(x: &'a X) -> Self {
        Look(Indexed(Behind(x)))
    }
}

impl<'a, X: ?Sized> Deref for Look<'a, X> {
    type Target = Indexed<'a, X>;
    #[inline(always)]
    fn deref(&self) -> &Indexed<'a, X> {
        &self.0
    }
}

impl<'a, X: ?Sized> Deref for Indexed<'a, X> {
    type Target = Behind<'a, X>;
    #[inline(always)]
    fn deref(&self) -> &Behind<'a, X> {
        &self.0
    }
}

macro_rules! slices {
    ($([$($generic:tt)*] $type:ty, $x:ident => $slice:expr;)*) => {$(
        impl<'a, $($generic)*> Look<'a, $type> {
            /// What there is of so many elements.
            #[inline(always)]
            pub fn part(&self, start: usize, count: usize) -> Part<'a, T> {
                let $x: &'a $type = self.0 .0 .0;
                Part::of($slice, start, count)
            }
        }
    )*};
}
slices! {
    [T] [T], x => x;
    [T] Vec<T>, x => x;
    [T, const N: usize] [T; N], x => x;
    ['b, T] &'b [T], x => x;
    ['b, T] &'b Vec<T>, x => x;
    ['b, T, const N: usize] &'b [T; N], x => *x;
    ['b, T] &'b mut [T], x => x;
    ['b, T] &'b mut Vec<T>, x => x;
    ['b, T, const N: usize] &'b mut [T; N], x => &**x;
    [T] Box<[T]>, x => x;
    [T] Box<Vec<T>>, x => x;
    [T, const N: usize] Box<[T; N]>, x => &**x;
    [T] Rc<[T]>, x => x;
    [T] Rc<Vec<T>>, x => x;
    [T] Arc<[T]>, x => x;
    [T] Arc<Vec<T>>, x => x;
}

impl<'a, X: Index<usize> + ?Sized> Indexed<'a, X> {
    #[inline(always)]
    pub fn part(&self, start: usize, count: usize) -> Through<'a, X> {
        Through { of: self.0 .0, start, count }
    }
}

impl<'a, X: Deref + ?Sized> Behind<'a, X>
where
    X::Target: Index<usize>,
{
    #[inline(always)]
    pub fn part(&self, start: usize, count: usize) -> Through<'a, X::Target> {
        Through { of: self.0, start, count }
    }
}

/// What there is of a part of a slice.
#[derive(Debug)]
pub struct Part<'a, T>(&'a [T]);

impl<'a, T> Part<'a, T> {
    #[inline(always)]
    fn of(all: &'a [T], start: usize, count: usize) -> Self {
        let rest = all.get(start..).unwrap_or_default();
        Part(rest.get(..count).unwrap_or(rest))
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// # Panics
    /// If there are fewer.
    #[inline(always)]
    pub fn cut(&self, count: usize) -> &'a [T] {
        &self.0[..count]
    }
}

/// A part of something with an `Index` of its own, which alone knows where it ends.
#[derive(Debug)]
pub struct Through<'a, X: ?Sized> {
    of: &'a X,
    start: usize,
    count: usize,
}

impl<'a, X: ?Sized> Through<'a, X> {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.count
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[inline(always)]
    pub fn cut(&self, count: usize) -> Through<'a, X> {
        Through { of: self.of, start: self.start, count }
    }
}

impl<X: Index<usize> + ?Sized> Index<usize> for Through<'_, X> {
    type Output = X::Output;
    #[inline(always)]
    fn index(&self, k: usize) -> &X::Output {
        &self.of[self.start + k]
    }
}

/// The same to write, for cotangents.
#[derive(Debug)]
pub struct LookMut<'a, X: ?Sized>(IndexedMut<'a, X>);

/// A cotangent with an `IndexMut` of its own.
#[derive(Debug)]
pub struct IndexedMut<'a, X: ?Sized> {
    of: &'a mut X,
    start: usize,
}

impl<'a, X: ?Sized> LookMut<'a, X> {
    #[inline(always)]
    pub fn at(of: &'a mut X) -> Self {
        LookMut(IndexedMut { of, start: 0 })
    }
}

impl<'a, X: ?Sized> Deref for LookMut<'a, X> {
    type Target = IndexedMut<'a, X>;
    #[inline(always)]
    fn deref(&self) -> &IndexedMut<'a, X> {
        &self.0
    }
}

impl<X: ?Sized> DerefMut for LookMut<'_, X> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

macro_rules! slices_mut {
    ($([$($generic:tt)*] $type:ty, $x:ident => $slice:expr;)*) => {$(
        impl<$($generic)*> LookMut<'_, $type> {
            /// # Panics
            /// If there are fewer.
            #[inline(always)]
            pub fn row(&mut self, start: usize, count: usize) -> &mut [T] {
                let $x = &mut *self.0.of;
                super::row_mut($slice, start, count)
            }
        }
    )*};
}
slices_mut! {
    [T] [T], x => x;
    [T] Vec<T>, x => x;
    [T, const N: usize] [T; N], x => x;
    [T] Box<Vec<T>>, x => x;
    [T, const N: usize] Box<[T; N]>, x => &mut **x;
}

impl LookMut<'_, NoTangent> {
    #[inline(always)]
    pub fn row(&mut self, _: usize, _: usize) -> &mut NoTangent {
        self.0.of
    }
}

impl<X: IndexMut<usize> + ?Sized> IndexedMut<'_, X> {
    #[inline(always)]
    pub fn row(&mut self, start: usize, _: usize) -> &mut Self {
        self.start = start;
        self
    }
}

impl<X: IndexMut<usize> + ?Sized> Index<usize> for IndexedMut<'_, X> {
    type Output = X::Output;
    #[inline(always)]
    fn index(&self, k: usize) -> &X::Output {
        &self.of[self.start + k]
    }
}

impl<X: IndexMut<usize> + ?Sized> IndexMut<usize> for IndexedMut<'_, X> {
    #[inline(always)]
    fn index_mut(&mut self, k: usize) -> &mut X::Output {
        &mut self.of[self.start + k]
    }
}

/// What is in a cotangent's slot, to be given back: its place holds anything in between.
#[inline(always)]
pub fn taken<T: crate::Tangent>(slot: &mut T) -> T {
    slot.__take()
}

#[cfg(test)]
mod tests {
    use super::{Look, LookMut};
    use alloc::{boxed::Box, rc::Rc, vec, vec::Vec};
    use core::ops::{Deref, Index};

    struct Own([f64; 3]);
    impl Index<usize> for Own {
        type Output = f64;
        fn index(&self, k: usize) -> &f64 {
            &self.0[2 - k]
        }
    }
    struct Newtype(Own);
    impl Deref for Newtype {
        type Target = Own;
        fn deref(&self) -> &Own {
            &self.0
        }
    }

    #[test]
    fn slices_are_found_behind_their_owners() {
        let all = [1.0, 2.0, 3.0];
        let expected: &[f64] = &all[1..];
        assert_eq!(Look::at(&all).part(1, 2).cut(2), expected);
        assert_eq!(Look::at(&all[..]).part(1, 2).cut(2), expected);
        assert_eq!(Look::at(&all.to_vec()).part(1, 2).cut(2), expected);
        assert_eq!(Look::at(&&all[..]).part(1, 2).cut(2), expected);
        assert_eq!(Look::at(&Box::new(all.to_vec())).part(1, 2).cut(2), expected);
        assert_eq!(Look::at(&Rc::new(all.to_vec())).part(1, 2).cut(2), expected);
        assert_eq!(Look::at(&all).part(1, 5).len(), 2);
        assert_eq!(Look::at(&all).part(7, 5).len(), 0);
        assert_eq!(Look::at(&all).part(1, usize::MAX).len(), 2);
    }

    #[test]
    fn other_things_keep_their_own_index() {
        let own = Own([1.0, 2.0, 3.0]);
        let through = Look::at(&own).part(1, 2);
        assert_eq!((through.len(), through.cut(2)[0], through.cut(2)[1]), (2, 2.0, 1.0));
        let newtype = Newtype(own);
        assert_eq!(Look::at(&newtype).part(0, 2).cut(2)[1], 2.0);
    }

    #[test]
    fn cotangents_are_lent_and_given_back() {
        let mut d = vec![vec![1.0, 2.0], vec![3.0]];
        let mut row: Vec<f64> = super::taken(&mut d[0]);
        LookMut::at(&mut row).row(1, 1)[0] += 5.0;
        d[0] = row;
        assert_eq!(d, [vec![1.0, 7.0], vec![3.0]]);
    }
}
