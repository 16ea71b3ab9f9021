//! Operators that assign: `a += b`.

use super::{op, Of};
use crate::Differentiable;
use core::ops;

/// The rule of an operator, its operands changed in place and by value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self}<{B}> for {A}`"
)]
pub trait AssignV<A: Differentiable, B: Differentiable> {
    #[doc(hidden)]
    fn forward(a: &mut A, b: B)
        -> ((), impl FnOnce((), Option<&mut Of<A>>) -> ((), Of<B>) + use<Self, A, B>);
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self}<{B}> for {A}`"
)]
pub trait AssignVAlong<A: Differentiable, B: Differentiable>: AssignV<A, B> {
    #[doc(hidden)]
    fn along(a: &mut A, t_a: Option<&mut Of<A>>, b: B, t_b: Option<Of<B>>) -> ((), ());
}

macro_rules! entries_mv {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<A, B>(a: &mut A, b: B) where A: ops::$op<B> {
            ops::$op::$method(a, b)
        }

        /// Its halves.
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            #[doc(hidden)]
            #[inline(always)]
            pub fn __fwd<A: Differentiable, B: Differentiable>(
                a: &mut A, b: B,
            ) -> ((), impl FnOnce((), Option<&mut Of<A>>) -> ((), Of<B>) + use<A, B>)
            where
                op::$op: AssignV<A, B>,
            {
                <op::$op as AssignV<A, B>>::forward(a, b)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable, B: Differentiable>(a: &mut A, t_a: Option<&mut Of<A>>, b: B, t_b: Option<Of<B>>) -> ((), ())
            where
                op::$op: AssignVAlong<A, B>,
            {
                <op::$op as AssignVAlong<A, B>>::along(a, t_a, b, t_b)
            }
        }
    )*};
}
entries_mv! {
    AddAssign add_assign_v add_assign;
    SubAssign sub_assign_v sub_assign;
    MulAssign mul_assign_v mul_assign;
    DivAssign div_assign_v div_assign;
    RemAssign rem_assign_v rem_assign;
}

/// The rule of an operator, its operands changed in place and by reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl {Self}<&{B}> for {A}`"
)]
pub trait AssignR<A: Differentiable, B: Differentiable> {
    #[doc(hidden)]
    fn forward(
        a: &mut A,
        b: &B,
    ) -> ((), impl FnOnce((), Option<&mut Of<A>>, &B, Option<&mut Of<B>>) -> ((), ()) + use<Self, A, B>);
}

/// The same in forward mode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
    label = "this operator has no derivative in forward mode",
    note = "put `#[grad(forward)]` on the `impl {Self}<&{B}> for {A}`"
)]
pub trait AssignRAlong<A: Differentiable, B: Differentiable>: AssignR<A, B> {
    #[doc(hidden)]
    fn along(a: &mut A, t_a: Option<&mut Of<A>>, b: &B, t_b: Option<&Of<B>>) -> ((), ());
}

macro_rules! entries_mr {
    ($($op:ident $name:ident $method:ident;)*) => {$(
        /// The operator itself.
        #[inline(always)]
        pub fn $name<'x, A, B>(a: &mut A, b: &'x B) where A: ops::$op<&'x B> {
            ops::$op::$method(a, b)
        }

        /// Its halves.
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            #[doc(hidden)]
            #[inline(always)]
            pub fn __fwd<A: Differentiable, B: Differentiable>(
                a: &mut A, b: &B,
            ) -> ((), impl FnOnce((), Option<&mut Of<A>>, &B, Option<&mut Of<B>>) -> ((), ()) + use<A, B>)
            where
                op::$op: AssignR<A, B>,
            {
                <op::$op as AssignR<A, B>>::forward(a, b)
            }

            #[doc(hidden)]
            #[inline(always)]
            pub fn __jvp<A: Differentiable, B: Differentiable>(a: &mut A, t_a: Option<&mut Of<A>>, b: &B, t_b: Option<&Of<B>>) -> ((), ())
            where
                op::$op: AssignRAlong<A, B>,
            {
                <op::$op as AssignRAlong<A, B>>::along(a, t_a, b, t_b)
            }
        }
    )*};
}
entries_mr! {
    AddAssign add_assign_r add_assign;
    SubAssign sub_assign_r sub_assign;
    MulAssign mul_assign_r mul_assign;
    DivAssign div_assign_r div_assign;
    RemAssign rem_assign_r rem_assign;
}
