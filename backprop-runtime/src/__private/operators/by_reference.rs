//! Operands by reference.

use super::super::{by_lane, lane, InLanes};
use super::{op, Of, Wide};
use crate::Differentiable;
use core::ops;

/// The rule of an operator, its operands by reference and by reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self}<&{B}> for &{A}`"
)]
pub trait BinaryRR<A: Differentiable, B: Differentiable> {
    #[doc(hidden)]
    type Output: Differentiable;
    #[doc(hidden)]
    fn forward(
        a: &A,
        b: &B,
    ) -> (
        Self::Output,
        impl FnOnce(Of<Self::Output>, &A, Option<&mut Of<A>>, &B, Option<&mut Of<B>>) -> ((), ())
            + use<Self, A, B>,
    );
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self}<&{B}> for &{A}`"
)]
pub trait BinaryRRAlong<A: Differentiable, B: Differentiable>: BinaryRR<A, B> {
    #[doc(hidden)]
    fn along(a: &A, t_a: Option<&Of<A>>, b: &B, t_b: Option<&Of<B>>) -> (Self::Output, Of<Self::Output>);
}

macro_rules! entries_rr {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<'x, A, B>(a: &'x A, b: &'x B) -> <&'x A as ops::$op<&'x B>>::Output
        where
            &'x A: ops::$op<&'x B>,
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
                a: &A, b: &B,
            ) -> (<op::$op as BinaryRR<A, B>>::Output, impl FnOnce(Of<<op::$op as BinaryRR<A, B>>::Output>, &A, Option<&mut Of<A>>, &B, Option<&mut Of<B>>) -> ((), ()) + use<A, B>)
            where
                op::$op: BinaryRR<A, B>,
            {
                <op::$op as BinaryRR<A, B>>::forward(a, b)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable, B: Differentiable>(a: &A, t_a: Option<&Of<A>>, b: &B, t_b: Option<&Of<B>>) -> (<op::$op as BinaryRR<A, B>>::Output, Of<<op::$op as BinaryRR<A, B>>::Output>)
            where
                op::$op: BinaryRRAlong<A, B>,
            {
                <op::$op as BinaryRRAlong<A, B>>::along(a, t_a, b, t_b)
            }

            #[doc(hidden)]
            #[inline]
            pub fn __jvp_lanes<A, B, const K: usize>(
                a: &A, t_a: Option<&Wide<A, K>>, b: &B, t_b: Option<&Wide<B, K>>,
            ) -> (<op::$op as BinaryRR<A, B>>::Output, Wide<<op::$op as BinaryRR<A, B>>::Output, K>)
            where
                A: Differentiable,
                Of<A>: InLanes<K>,
                B: Differentiable,
                Of<B>: InLanes<K>,
                op::$op: BinaryRRAlong<A, B>,
                Of<<op::$op as BinaryRR<A, B>>::Output>: InLanes<K>,
            {
                by_lane(|k| {
                    let l_a = t_a.map(|t| lane::<K, Of<A>>(t, k)); let l_b = t_b.map(|t| lane::<K, Of<B>>(t, k));
                    <op::$op as BinaryRRAlong<A, B>>::along(a, l_a.as_ref(), b, l_b.as_ref())
                })
            }
        }
    )*};
}
entries_rr! {
    Add add_rr add;
    Sub sub_rr sub;
    Mul mul_rr mul;
    Div div_rr div;
    Rem rem_rr rem;
}

/// The rule of an operator, its operands by reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self} for &{A}`"
)]
pub trait UnaryR<A: Differentiable> {
    #[doc(hidden)]
    type Output: Differentiable;
    #[doc(hidden)]
    fn forward(
        a: &A,
    ) -> (Self::Output, impl FnOnce(Of<Self::Output>, &A, Option<&mut Of<A>>) -> ((),) + use<Self, A>);
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self} for &{A}`"
)]
pub trait UnaryRAlong<A: Differentiable>: UnaryR<A> {
    #[doc(hidden)]
    fn along(a: &A, t_a: Option<&Of<A>>) -> (Self::Output, Of<Self::Output>);
}

macro_rules! entries_r {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<'x, A>(a: &'x A) -> <&'x A as ops::$op>::Output
        where
            &'x A: ops::$op,
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
                a: &A,
            ) -> (<op::$op as UnaryR<A>>::Output, impl FnOnce(Of<<op::$op as UnaryR<A>>::Output>, &A, Option<&mut Of<A>>) -> ((),) + use<A>)
            where
                op::$op: UnaryR<A>,
            {
                <op::$op as UnaryR<A>>::forward(a)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable>(a: &A, t_a: Option<&Of<A>>) -> (<op::$op as UnaryR<A>>::Output, Of<<op::$op as UnaryR<A>>::Output>)
            where
                op::$op: UnaryRAlong<A>,
            {
                <op::$op as UnaryRAlong<A>>::along(a, t_a)
            }

            #[doc(hidden)]
            #[inline]
            pub fn __jvp_lanes<A, const K: usize>(
                a: &A, t_a: Option<&Wide<A, K>>,
            ) -> (<op::$op as UnaryR<A>>::Output, Wide<<op::$op as UnaryR<A>>::Output, K>)
            where
                A: Differentiable,
                Of<A>: InLanes<K>,
                op::$op: UnaryRAlong<A>,
                Of<<op::$op as UnaryR<A>>::Output>: InLanes<K>,
            {
                by_lane(|k| {
                    let l_a = t_a.map(|t| lane::<K, Of<A>>(t, k));
                    <op::$op as UnaryRAlong<A>>::along(a, l_a.as_ref())
                })
            }
        }
    )*};
}
entries_r! {
    Neg neg_r neg;
}
