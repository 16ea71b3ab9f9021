//! Making, finding and filling cotangents.

use super::no_such_payload;
use crate::impls::same_len;
use crate::{Differentiable, NoTangent, Tangent};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// `vec![x; n]`.
#[inline]
pub fn vec_from_elem<T: Clone>(x: T, n: usize) -> Vec<T> {
    alloc::vec![x; n]
}

/// The zero cotangent of `x`.
#[inline(always)]
pub fn zero<T: Differentiable + ?Sized>(x: &T) -> T::Tangent {
    x.zero_tangent()
}

/// The zero cotangents of all elements.
#[inline]
pub fn zeros_like_slice<T: Differentiable>(x: &[T]) -> Vec<T::Tangent> {
    x.zero_tangent()
}

/// The same, in buffers that are there: as many.
#[inline]
pub fn zero_slice<T: Differentiable>(tangents: &mut [T::Tangent], x: &[T]) {
    for (x, tangent) in x.iter().zip(tangents) {
        x.__zero_into(tangent);
    }
}

/// Takes a cotangent out and leaves the zero of `x` in its place.
#[inline]
pub fn reset<T: Differentiable + ?Sized>(slot: &mut T::Tangent, x: &T) -> T::Tangent {
    core::mem::replace(slot, x.zero_tangent())
}

/// The zero of the shape of a tangent.
#[inline(always)]
pub fn zero_like<T: Tangent>(tangent: &T) -> T {
    tangent.__zero_like()
}

/// Asserts that a type has no floats.
#[inline(always)]
pub fn passive<T: Passive + ?Sized>() {}

/// `dst[i] += src[i]`.
///
/// # Panics
/// If the lengths differ.
#[inline]
#[track_caller]
pub fn add_slices<T: Tangent>(dst: &mut [T], src: &[T]) {
    same_len(dst.len(), src.len());
    for (to, from) in dst.iter_mut().zip(src) {
        to.add(from);
    }
}

/// The cotangent of a constant part of `_whole`: swallows everything.
#[inline(always)]
pub fn no_slot<T: ?Sized>(_whole: &mut T) -> &mut NoTangent {
    // A box of a zero-sized type has no memory, so nothing leaks.
    Box::leak(Box::new(NoTangent))
}

/// The tangent of something with a payload: of an `Option`, of a `Result`, or of a constant.
pub trait PayloadSlot {
    #[doc(hidden)]
    type Slot;

    #[doc(hidden)]
    fn slot(&mut self) -> Option<&mut Self::Slot>;
}

impl<T> PayloadSlot for Option<T> {
    type Slot = T;
    #[inline(always)]
    fn slot(&mut self) -> Option<&mut T> {
        self.as_mut()
    }
}

impl<T> PayloadSlot for Result<T, ()> {
    type Slot = T;
    #[inline(always)]
    fn slot(&mut self) -> Option<&mut T> {
        self.as_mut().ok()
    }
}

impl PayloadSlot for NoTangent {
    type Slot = NoTangent;
    #[inline(always)]
    fn slot(&mut self) -> Option<&mut NoTangent> {
        Some(self)
    }
}

impl PayloadSlot for () {
    type Slot = ();
    #[inline(always)]
    fn slot(&mut self) -> Option<&mut ()> {
        Some(self)
    }
}

/// The cotangent inside of a `Some`.
///
/// # Panics
/// If it is `None`.
#[inline]
#[track_caller]
pub fn some_payload<S: PayloadSlot>(tangent: &mut S) -> &mut S::Slot {
    match tangent.slot() {
        Some(payload) => payload,
        None => no_such_payload("Option", "Some", "None"),
    }
}

/// The cotangent inside of an `Ok`.
///
/// # Panics
/// If it is `Err`.
#[inline]
#[track_caller]
pub fn ok_payload<S: PayloadSlot>(tangent: &mut S) -> &mut S::Slot {
    match tangent.slot() {
        Some(payload) => payload,
        None => no_such_payload("Result", "Ok", "Err"),
    }
}

/// The cotangent inside of an `Err`: errors are constants.
#[inline(always)]
pub fn err_payload<S: ?Sized>(tangent: &mut S) -> &mut NoTangent {
    no_slot(tangent)
}

/// The tangent of a `Box`, of a vector, or of a constant.
pub trait BoxedSlot {
    #[doc(hidden)]
    type Slot: ?Sized;

    #[doc(hidden)]
    fn held(&mut self) -> &mut Self::Slot;
}

impl<T: ?Sized> BoxedSlot for Box<T> {
    type Slot = T;
    #[inline(always)]
    fn held(&mut self) -> &mut T {
        self
    }
}

impl<T> BoxedSlot for Vec<T> {
    type Slot = [T];
    #[inline(always)]
    fn held(&mut self) -> &mut [T] {
        self
    }
}

impl BoxedSlot for NoTangent {
    type Slot = NoTangent;
    #[inline(always)]
    fn held(&mut self) -> &mut NoTangent {
        self
    }
}

impl BoxedSlot for () {
    type Slot = ();
    #[inline(always)]
    fn held(&mut self) -> &mut () {
        self
    }
}

/// The cotangent of what a `Box` holds.
#[inline(always)]
pub fn boxed_slot<S: BoxedSlot + ?Sized>(tangent: &mut S) -> &mut S::Slot {
    tangent.held()
}

/// Stands for a `#[no_grad]` field in the bounds by which the derive forbids storing active values there.
#[derive(Clone, Copy, Debug)]
pub struct NoGradField;

/// A type without floats, which the macros leave out of tangents and parameter lists by its name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has the name of a type without floats, but is another type",
    label = "backprop would lose its gradient",
    note = "rename the type, or mark the field or parameter `#[no_grad]`"
)]
pub trait Passive {}

macro_rules! passive {
    ($($type:ty)*) => {
        $(impl Passive for $type {})*
    };
}
passive!(() u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char str alloc::string::String);
impl<T: ?Sized> Passive for core::marker::PhantomData<T> {}
impl<T: Passive + ?Sized> Passive for &T {}
impl<T: Passive + ?Sized> Passive for &mut T {}
impl<T: Passive, const N: usize> Passive for [T; N] {}
impl<T: Passive> Passive for [T] {}
impl<T: Passive> Passive for Vec<T> {}
impl<T: Passive> Passive for Option<T> {}

/// The sum of two cotangents.
#[inline(always)]
pub fn sum<T: Tangent>(a: T, b: T) -> T {
    let mut sum = a;
    sum.add(&b);
    sum
}

/// The zero cotangent of a value whose type the macro does not know.
#[inline(always)]
pub fn zero_of<T: Differentiable>(x: T) -> T::Tangent {
    x.zero_tangent()
}

/// The zero of the shape of a cotangent that the macro does not know.
#[inline(always)]
pub fn zero_of_tangent<T: Tangent>(tangent: T) -> T {
    zero_like(&tangent)
}

/// The number of iterations of `lo..hi`.
#[inline(always)]
pub fn trips<T>(lo: T, hi: T) -> usize
where
    core::ops::Range<T>: Iterator,
{
    (lo..hi).size_hint().0
}

/// Makes a cotangent zero, whatever its type.
#[inline]
pub fn set_zero<T: Tangent>(tangent: &mut T) {
    tangent.__set_zero();
}
