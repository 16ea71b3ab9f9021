//! Operators on values whose types the macro does not see: their rules, found by the operands' types, in one go.
//!
//! ```text
//! y = a - b   →   let (d_a, d_b) = sub_back(d_y, &a, &b);        t_y = sub_along(&a, t_a, &b, no_tangent)
//! ```
//! On floats this is the arithmetic of the plain rule, and nothing is computed twice once it is inlined.

use super::super::{by_lane, lane, InLanes, Lanes};
use super::{op, AssignV, AssignVAlong, BinaryVV, BinaryVVAlong, Of, UnaryV, UnaryVAlong, Wide};
use crate::Differentiable;

/// A tangent (or none, of a constant) where that of a value is wanted.
#[diagnostic::on_unimplemented(
    message = "a derivative of type `{Self}` where one of type `{T}` is expected",
    note = "give the operands names and types, `let v: V3 = ..`, so that the `#[grad]` on the operator's `impl` is found"
)]
pub trait Held<T> {
    #[doc(hidden)]
    fn held(self) -> Option<T>;
}

/// A tangent that holds numbers, or stands for an integer's: `NoTangent` in its place is a zero.
pub trait Carried {}

impl<T> Held<T> for T {
    #[inline(always)]
    fn held(self) -> Option<T> {
        Some(self)
    }
}

impl<T: Carried> Held<T> for crate::NoTangent {
    #[inline(always)]
    fn held(self) -> Option<T> {
        None
    }
}

impl<T: crate::Real> Carried for T {}
impl Carried for () {}
impl<T, const K: usize> Carried for Lanes<T, K> {}
impl<T, const N: usize> Carried for [T; N] {}
impl<T> Carried for alloc::vec::Vec<T> {}
impl<T> Carried for Option<T> {}
impl<T> Carried for Result<T, ()> {}
impl<A, B> Carried for (A, B) {}
impl<A, B, C> Carried for (A, B, C) {}
impl<A, B, C, D> Carried for (A, B, C, D) {}

/// The tangent of `x`, where `t` may be that of a constant.
#[inline(always)]
pub fn tangent_of<X: Differentiable, T: Held<Of<X>>>(x: &X, t: T) -> Of<X> {
    match t.held() {
        Some(t) => t,
        None => x.zero_tangent(),
    }
}

macro_rules! binary {
    ($($(#[$meta:meta])* $op:ident $back:ident $along:ident $lanes:ident;)*) => {$(
        /// The cotangents of both operands.
        $(#[$meta])*
        #[inline(always)]
        pub fn $back<A, B, D>(d: D, a: &A, b: &B) -> (Of<A>, Of<B>)
        where
            A: Differentiable + Clone,
            B: Differentiable + Clone,
            op::$op: BinaryVV<A, B>,
            D: Held<Of<<op::$op as BinaryVV<A, B>>::Output>>,
        {
            match d.held() {
                Some(d) => <op::$op as BinaryVV<A, B>>::forward(a.clone(), b.clone()).1(d),
                None => (a.zero_tangent(), b.zero_tangent()),
            }
        }

        /// The tangent of the result.
        $(#[$meta])*
        #[inline(always)]
        pub fn $along<A, B, TA, TB>(a: &A, t_a: TA, b: &B, t_b: TB) -> Of<<op::$op as BinaryVV<A, B>>::Output>
        where
            A: Differentiable + Clone,
            B: Differentiable + Clone,
            op::$op: BinaryVVAlong<A, B>,
            TA: Held<Of<A>>,
            TB: Held<Of<B>>,
        {
            <op::$op as BinaryVVAlong<A, B>>::along(a.clone(), t_a.held(), b.clone(), t_b.held()).1
        }

        /// The tangents of the result in `K` directions.
        $(#[$meta])*
        #[inline(always)]
        pub fn $lanes<A, TA, B, TB, const K: usize>(
            a: &A,
            t_a: TA,
            b: &B,
            t_b: TB,
        ) -> Wide<<op::$op as BinaryVV<A, B>>::Output, K>
        where
            A: Differentiable + Clone,
            Of<A>: InLanes<K>,
            B: Differentiable + Clone,
            Of<B>: InLanes<K>,
            op::$op: BinaryVVAlong<A, B>,
            Of<<op::$op as BinaryVV<A, B>>::Output>: InLanes<K>,
            TA: Held<Wide<A, K>>,
            TB: Held<Wide<B, K>>,
        {
            let (t_a, t_b) = (t_a.held(), t_b.held());
            by_lane(|k| {
                let l_a = t_a.as_ref().map(|t| lane::<K, Of<A>>(t, k));
                let l_b = t_b.as_ref().map(|t| lane::<K, Of<B>>(t, k));
                <op::$op as BinaryVVAlong<A, B>>::along(a.clone(), l_a, b.clone(), l_b)
            })
            .1
        }
    )*};
}
binary! {
    Add add_back add_along add_along_lanes;
    Sub sub_back sub_along sub_along_lanes;
    Mul mul_back mul_along mul_along_lanes;
    Div div_back div_along div_along_lanes;
    Rem rem_back rem_along rem_along_lanes;
}

/// The cotangent of the operand, as a tuple of one.
#[inline(always)]
pub fn neg_back<A, D>(d: D, a: &A) -> (Of<A>,)
where
    A: Differentiable + Clone,
    op::Neg: UnaryV<A>,
    D: Held<Of<<op::Neg as UnaryV<A>>::Output>>,
{
    match d.held() {
        Some(d) => <op::Neg as UnaryV<A>>::forward(a.clone()).1(d),
        None => (a.zero_tangent(),),
    }
}

/// The tangent of the result.
#[inline(always)]
pub fn neg_along<A, T>(a: &A, t_a: T) -> Of<<op::Neg as UnaryV<A>>::Output>
where
    A: Differentiable + Clone,
    op::Neg: UnaryVAlong<A>,
    T: Held<Of<A>>,
{
    <op::Neg as UnaryVAlong<A>>::along(a.clone(), t_a.held()).1
}

/// The tangents of the result in `K` directions.
#[inline(always)]
pub fn neg_along_lanes<A, T, const K: usize>(a: &A, t_a: T) -> Wide<<op::Neg as UnaryV<A>>::Output, K>
where
    A: Differentiable + Clone,
    Of<A>: InLanes<K>,
    op::Neg: UnaryVAlong<A>,
    Of<<op::Neg as UnaryV<A>>::Output>: InLanes<K>,
    T: Held<Wide<A, K>>,
{
    let t_a = t_a.held();
    by_lane(|k| {
        let l_a = t_a.as_ref().map(|t| lane::<K, Of<A>>(t, k));
        <op::Neg as UnaryVAlong<A>>::along(a.clone(), l_a)
    })
    .1
}

macro_rules! assigned {
    ($($(#[$meta:meta])* $op:ident $back:ident $along:ident;)*) => {$(
        /// The cotangents of both operands, given that of the new value.
        $(#[$meta])*
        #[inline(always)]
        pub fn $back<A, B, D>(d: D, a: &A, b: &B) -> (Of<A>, Of<B>)
        where
            A: Differentiable + Clone,
            B: Differentiable + Clone,
            op::$op: AssignV<A, B>,
            D: Held<Of<A>>,
        {
            let Some(mut slot) = d.held() else { return (a.zero_tangent(), b.zero_tangent()) };
            let ((), back) = <op::$op as AssignV<A, B>>::forward(&mut a.clone(), b.clone());
            let ((), of_b) = back((), Some(&mut slot));
            (slot, of_b)
        }

        /// The tangent of the new value.
        $(#[$meta])*
        #[inline(always)]
        pub fn $along<A, B, TA, TB>(a: &A, t_a: TA, b: &B, t_b: TB) -> Of<A>
        where
            A: Differentiable + Clone,
            B: Differentiable + Clone,
            op::$op: AssignVAlong<A, B>,
            TA: Held<Of<A>>,
            TB: Held<Of<B>>,
        {
            let mut slot = tangent_of(a, t_a);
            <op::$op as AssignVAlong<A, B>>::along(&mut a.clone(), Some(&mut slot), b.clone(), t_b.held());
            slot
        }
    )*};
}
assigned! {
    AddAssign add_assign_back add_assign_along;
    SubAssign sub_assign_back sub_assign_along;
    MulAssign mul_assign_back mul_assign_along;
    DivAssign div_assign_back div_assign_along;
    RemAssign rem_assign_back rem_assign_along;
}

/// Integers: their operators have no derivative.
macro_rules! integers {
    ($($int:ident)*) => {$(
        integers! { @each $int, Add add, Sub sub, Mul mul, Div div, Rem rem }
        integers! { @assign $int,
            AddAssign add_assign, SubAssign sub_assign, MulAssign mul_assign, DivAssign div_assign, RemAssign rem_assign }
    )*};
    (@assign $int:ident, $($op:ident $method:ident),*) => {$(
        impl AssignV<$int, $int> for op::$op {
            #[inline(always)]
            fn forward(a: &mut $int, b: $int) -> ((), impl FnOnce((), Option<&mut ()>) -> ((), ()) + use<>) {
                core::ops::$op::$method(a, b);
                ((), |(), _| ((), ()))
            }
        }

        impl AssignVAlong<$int, $int> for op::$op {
            #[inline(always)]
            fn along(a: &mut $int, _: Option<&mut ()>, b: $int, _: Option<()>) -> ((), ()) {
                core::ops::$op::$method(a, b);
                ((), ())
            }
        }
    )*};
    (@each $int:ident, $($op:ident $method:ident),*) => {$(
        impl BinaryVV<$int, $int> for op::$op {
            type Output = $int;
            #[inline(always)]
            fn forward(a: $int, b: $int) -> ($int, impl FnOnce(()) -> ((), ()) + use<>) {
                (core::ops::$op::$method(a, b), |()| ((), ()))
            }
        }

        impl BinaryVVAlong<$int, $int> for op::$op {
            #[inline(always)]
            fn along(a: $int, _: Option<()>, b: $int, _: Option<()>) -> ($int, ()) {
                (core::ops::$op::$method(a, b), ())
            }
        }
    )*};
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! signed {
    ($($int:ident)*) => {$(
        impl UnaryV<$int> for op::Neg {
            type Output = $int;
            #[inline(always)]
            fn forward(a: $int) -> ($int, impl FnOnce(()) -> ((),) + use<>) {
                (-a, |()| ((),))
            }
        }

        impl UnaryVAlong<$int> for op::Neg {
            #[inline(always)]
            fn along(a: $int, _: Option<()>) -> ($int, ()) {
                (-a, ())
            }
        }
    )*};
}
signed!(i8 i16 i32 i64 i128 isize);
