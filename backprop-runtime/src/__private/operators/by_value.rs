//! Operands by value.

use super::super::{by_lane, lane, InLanes};
use super::{op, Of, Wide};
use crate::Differentiable;
use core::ops;

/// The rule of an operator, its operands by value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self}<{B}> for {A}`"
)]
pub trait BinaryVV<A: Differentiable, B: Differentiable> {
    #[doc(hidden)]
    type Output: Differentiable;
    #[doc(hidden)]
    fn forward(
        a: A,
        b: B,
    ) -> (Self::Output, impl FnOnce(Of<Self::Output>) -> (Of<A>, Of<B>) + use<Self, A, B>);
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self}<{B}> for {A}`"
)]
pub trait BinaryVVAlong<A: Differentiable, B: Differentiable>: BinaryVV<A, B> {
    #[doc(hidden)]
    fn along(a: A, t_a: Option<Of<A>>, b: B, t_b: Option<Of<B>>) -> (Self::Output, Of<Self::Output>);
}

macro_rules! entries_vv {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<A, B>(a: A, b: B) -> <A as ops::$op<B>>::Output
        where
            A: ops::$op<B>,
        {
            ops::$op::$method(a, b)
        }

        /// Its halves.
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            #[doc(hidden)]
            #[inline(always)]
            pub fn __fwd<A: Differentiable, B: Differentiable>(
                a: A, b: B,
            ) -> (<op::$op as BinaryVV<A, B>>::Output, impl FnOnce(Of<<op::$op as BinaryVV<A, B>>::Output>) -> (Of<A>, Of<B>) + use<A, B>)
            where
                op::$op: BinaryVV<A, B>,
            {
                <op::$op as BinaryVV<A, B>>::forward(a, b)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable, B: Differentiable>(a: A, t_a: Option<Of<A>>, b: B, t_b: Option<Of<B>>) -> (<op::$op as BinaryVV<A, B>>::Output, Of<<op::$op as BinaryVV<A, B>>::Output>)
            where
                op::$op: BinaryVVAlong<A, B>,
            {
                <op::$op as BinaryVVAlong<A, B>>::along(a, t_a, b, t_b)
            }

            #[doc(hidden)]
            #[inline]
            pub fn __jvp_lanes<A, B, const K: usize>(
                a: A, t_a: Option<Wide<A, K>>, b: B, t_b: Option<Wide<B, K>>,
            ) -> (<op::$op as BinaryVV<A, B>>::Output, Wide<<op::$op as BinaryVV<A, B>>::Output, K>)
            where
                A: Differentiable + Clone,
                Of<A>: InLanes<K>,
                B: Differentiable + Clone,
                Of<B>: InLanes<K>,
                op::$op: BinaryVVAlong<A, B>,
                Of<<op::$op as BinaryVV<A, B>>::Output>: InLanes<K>,
            {
                by_lane(|k| {
                    let l_a = t_a.as_ref().map(|t| lane::<K, Of<A>>(t, k)); let l_b = t_b.as_ref().map(|t| lane::<K, Of<B>>(t, k));
                    <op::$op as BinaryVVAlong<A, B>>::along(a.clone(), l_a, b.clone(), l_b)
                })
            }
        }
    )*};
}
entries_vv! {
    Add add_vv add;
    Sub sub_vv sub;
    Mul mul_vv mul;
    Div div_vv div;
    Rem rem_vv rem;
}

/// The rule of an operator, its operands by value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self} for {A}`"
)]
pub trait UnaryV<A: Differentiable> {
    #[doc(hidden)]
    type Output: Differentiable;
    #[doc(hidden)]
    fn forward(a: A) -> (Self::Output, impl FnOnce(Of<Self::Output>) -> (Of<A>,) + use<Self, A>);
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self} for {A}`"
)]
pub trait UnaryVAlong<A: Differentiable>: UnaryV<A> {
    #[doc(hidden)]
    fn along(a: A, t_a: Option<Of<A>>) -> (Self::Output, Of<Self::Output>);
}

macro_rules! entries_v {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<A>(a: A) -> <A as ops::$op>::Output
        where
            A: ops::$op,
        {
            ops::$op::$method(a)
        }

        /// Its halves.
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            #[doc(hidden)]
            #[inline(always)]
            pub fn __fwd<A: Differentiable>(
                a: A,
            ) -> (<op::$op as UnaryV<A>>::Output, impl FnOnce(Of<<op::$op as UnaryV<A>>::Output>) -> (Of<A>,) + use<A>)
            where
                op::$op: UnaryV<A>,
            {
                <op::$op as UnaryV<A>>::forward(a)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable>(a: A, t_a: Option<Of<A>>) -> (<op::$op as UnaryV<A>>::Output, Of<<op::$op as UnaryV<A>>::Output>)
            where
                op::$op: UnaryVAlong<A>,
            {
                <op::$op as UnaryVAlong<A>>::along(a, t_a)
            }

            #[doc(hidden)]
            #[inline]
            pub fn __jvp_lanes<A, const K: usize>(
                a: A, t_a: Option<Wide<A, K>>,
            ) -> (<op::$op as UnaryV<A>>::Output, Wide<<op::$op as UnaryV<A>>::Output, K>)
            where
                A: Differentiable + Clone,
                Of<A>: InLanes<K>,
                op::$op: UnaryVAlong<A>,
                Of<<op::$op as UnaryV<A>>::Output>: InLanes<K>,
            {
                by_lane(|k| {
                    let l_a = t_a.as_ref().map(|t| lane::<K, Of<A>>(t, k));
                    <op::$op as UnaryVAlong<A>>::along(a.clone(), l_a)
                })
            }
        }
    )*};
}
entries_v! {
    Neg neg_v neg;
}
