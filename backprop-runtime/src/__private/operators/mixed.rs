//! One operand by value, one by reference.

use super::super::{by_lane, lane, InLanes};
use super::{op, Of, Wide};
use crate::Differentiable;
use core::ops;

/// The rule of an operator, its operands by value and by reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self}<&{B}> for {A}`"
)]
pub trait BinaryVR<A: Differentiable, B: Differentiable> {
    #[doc(hidden)]
    type Output: Differentiable;
    #[doc(hidden)]
    fn forward(
        a: A,
        b: &B,
    ) -> (Self::Output, impl FnOnce(Of<Self::Output>, &B, Option<&mut Of<B>>) -> (Of<A>, ()) + use<Self, A, B>);
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self}<&{B}> for {A}`"
)]
pub trait BinaryVRAlong<A: Differentiable, B: Differentiable>: BinaryVR<A, B> {
    #[doc(hidden)]
    fn along(a: A, t_a: Option<Of<A>>, b: &B, t_b: Option<&Of<B>>) -> (Self::Output, Of<Self::Output>);
}

macro_rules! entries_vr {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<'x, A, B>(a: A, b: &'x B) -> <A as ops::$op<&'x B>>::Output
        where
            A: ops::$op<&'x B>,
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
                a: A, b: &B,
            ) -> (<op::$op as BinaryVR<A, B>>::Output, impl FnOnce(Of<<op::$op as BinaryVR<A, B>>::Output>, &B, Option<&mut Of<B>>) -> (Of<A>, ()) + use<A, B>)
            where
                op::$op: BinaryVR<A, B>,
            {
                <op::$op as BinaryVR<A, B>>::forward(a, b)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable, B: Differentiable>(a: A, t_a: Option<Of<A>>, b: &B, t_b: Option<&Of<B>>) -> (<op::$op as BinaryVR<A, B>>::Output, Of<<op::$op as BinaryVR<A, B>>::Output>)
            where
                op::$op: BinaryVRAlong<A, B>,
            {
                <op::$op as BinaryVRAlong<A, B>>::along(a, t_a, b, t_b)
            }

            #[doc(hidden)]
            #[inline]
            pub fn __jvp_lanes<A, B, const K: usize>(
                a: A, t_a: Option<Wide<A, K>>, b: &B, t_b: Option<&Wide<B, K>>,
            ) -> (<op::$op as BinaryVR<A, B>>::Output, Wide<<op::$op as BinaryVR<A, B>>::Output, K>)
            where
                A: Differentiable + Clone,
                Of<A>: InLanes<K>,
                B: Differentiable,
                Of<B>: InLanes<K>,
                op::$op: BinaryVRAlong<A, B>,
                Of<<op::$op as BinaryVR<A, B>>::Output>: InLanes<K>,
            {
                by_lane(|k| {
                    let l_a = t_a.as_ref().map(|t| lane::<K, Of<A>>(t, k)); let l_b = t_b.map(|t| lane::<K, Of<B>>(t, k));
                    <op::$op as BinaryVRAlong<A, B>>::along(a.clone(), l_a, b, l_b.as_ref())
                })
            }
        }
    )*};
}
entries_vr! {
    Add add_vr add;
    Sub sub_vr sub;
    Mul mul_vr mul;
    Div div_vr div;
    Rem rem_vr rem;
}

/// The rule of an operator, its operands by reference and by value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self}<{B}> for &{A}`"
)]
pub trait BinaryRV<A: Differentiable, B: Differentiable> {
    #[doc(hidden)]
    type Output: Differentiable;
    #[doc(hidden)]
    fn forward(
        a: &A,
        b: B,
    ) -> (Self::Output, impl FnOnce(Of<Self::Output>, &A, Option<&mut Of<A>>) -> ((), Of<B>) + use<Self, A, B>);
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self}<{B}> for &{A}`"
)]
pub trait BinaryRVAlong<A: Differentiable, B: Differentiable>: BinaryRV<A, B> {
    #[doc(hidden)]
    fn along(a: &A, t_a: Option<&Of<A>>, b: B, t_b: Option<Of<B>>) -> (Self::Output, Of<Self::Output>);
}

macro_rules! entries_rv {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<'x, A, B>(a: &'x A, b: B) -> <&'x A as ops::$op<B>>::Output
        where
            &'x A: ops::$op<B>,
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
                a: &A, b: B,
            ) -> (<op::$op as BinaryRV<A, B>>::Output, impl FnOnce(Of<<op::$op as BinaryRV<A, B>>::Output>, &A, Option<&mut Of<A>>) -> ((), Of<B>) + use<A, B>)
            where
                op::$op: BinaryRV<A, B>,
            {
                <op::$op as BinaryRV<A, B>>::forward(a, b)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable, B: Differentiable>(a: &A, t_a: Option<&Of<A>>, b: B, t_b: Option<Of<B>>) -> (<op::$op as BinaryRV<A, B>>::Output, Of<<op::$op as BinaryRV<A, B>>::Output>)
            where
                op::$op: BinaryRVAlong<A, B>,
            {
                <op::$op as BinaryRVAlong<A, B>>::along(a, t_a, b, t_b)
            }

            #[doc(hidden)]
            #[inline]
            pub fn __jvp_lanes<A, B, const K: usize>(
                a: &A, t_a: Option<&Wide<A, K>>, b: B, t_b: Option<Wide<B, K>>,
            ) -> (<op::$op as BinaryRV<A, B>>::Output, Wide<<op::$op as BinaryRV<A, B>>::Output, K>)
            where
                A: Differentiable,
                Of<A>: InLanes<K>,
                B: Differentiable + Clone,
                Of<B>: InLanes<K>,
                op::$op: BinaryRVAlong<A, B>,
                Of<<op::$op as BinaryRV<A, B>>::Output>: InLanes<K>,
            {
                by_lane(|k| {
                    let l_a = t_a.map(|t| lane::<K, Of<A>>(t, k)); let l_b = t_b.as_ref().map(|t| lane::<K, Of<B>>(t, k));
                    <op::$op as BinaryRVAlong<A, B>>::along(a, l_a.as_ref(), b.clone(), l_b)
                })
            }
        }
    )*};
}
entries_rv! {
    Add add_rv add;
    Sub sub_rv sub;
    Mul mul_rv mul;
    Div div_rv div;
    Rem rem_rv rem;
}
