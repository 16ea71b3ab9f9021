//! The traits of rules and the entry points, written from how each operand is passed: by value (`v`), by reference (`r`) or
//! by `&mut` (`m`).
//!
//! ```text
//! Binary (a t_a A: v, b t_b B: r) BinaryVR BinaryVRAlong .. { Mul mul_vr mul; }
//!     →   trait BinaryVR<A, B> { fn forward(a: A, b: &B) -> .. }      trait BinaryVRAlong<A, B> { fn along(..) -> .. }
//!         fn mul_vr(a: A, b: &B) -> ..                                impl mul_vr { fn __fwd, __jvp, __jvp_lanes }
//! ```

use super::super::{by_lane, lane, InLanes};
use super::{op, Of, Wide};
use crate::Differentiable;
use core::ops;

/// What the operator gives: `()` if it assigns.
macro_rules! output {
    (() $($by:tt)*) => { () };
    (Output $($by:tt)*) => { <$($by)*>::Output };
}

macro_rules! operators {
    (Unary $operands:tt $($row:tt)*) => {
        operators! { @forms [] [] $operands
            "`{Self}` of `{A}` has no derivative", "`{Self}` of `{A}` has no derivative in forward mode", Output $($row)* }
    };
    (Binary $operands:tt $($row:tt)*) => {
        operators! { @forms [] [] $operands
            "`{Self}` of `{A}` and `{B}` has no derivative", "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
            Output $($row)* }
    };
    (Assign $operands:tt $($row:tt)*) => {
        operators! { @forms [] [] $operands
            "`{Self}` of `{A}` and `{B}` has no derivative", "`{Self}` of `{A}` and `{B}` has no derivative in forward mode",
            () $($row)* }
    };

    // An operand's forms: its parameter in the operator and in the rule, its tangent, what the pullback takes and gives back
    // for it; where there are lanes: what its type must be, its tangent, how that is looked into; its value for one lane, and
    // its tangent.
    (@forms [$($done:tt)*] [$($types:tt)*] ($x:ident $t:ident $X:ident: v $(, $($rest:tt)*)?) $($row:tt)*) => {
        operators! { @forms [$($done)* {
            $x $t $X ($X) ($X) (Of<$X>) () (Of<$X>) { (+ Clone) (Wide<$X, K>) ($t.as_ref()) ($x.clone()) ($t) }
        }] [$($types)* ($X)] ($($($rest)*)?) $($row)* }
    };
    (@forms [$($done:tt)*] [$($types:tt)*] ($x:ident $t:ident $X:ident: r $(, $($rest:tt)*)?) $($row:tt)*) => {
        operators! { @forms [$($done)* {
            $x $t $X (&'x $X) (&$X) (&Of<$X>) (, &$X, Option<&mut Of<$X>>) (()) { () (&Wide<$X, K>) ($t) ($x) ($t.as_ref()) }
        }] [$($types)* (&'x $X)] ($($($rest)*)?) $($row)* }
    };
    (@forms [$($done:tt)*] [$($types:tt)*] ($x:ident $t:ident $X:ident: m $(, $($rest:tt)*)?) $($row:tt)*) => {
        operators! { @forms [$($done)* {
            $x $t $X (&mut $X) (&mut $X) (&mut Of<$X>) (, Option<&mut Of<$X>>) (()) {}
        }] [$($types)* ($X)] ($($($rest)*)?) $($row)* }
    };
    (@forms $operands:tt $types:tt ()
        $lacks:literal, $lacks_forward:literal, $output:tt $Rule:ident $Along:ident $note:literal, $note_forward:literal
        $($op:ident $name:ident $method:ident;)*
    ) => {
        operators! { @traits $operands $output $Rule $Along $lacks $lacks_forward $note $note_forward }
        $(operators! { @entry $operands $types $output $Rule $Along $op $name $method })*
    };

    (@traits [$({
        $x:ident $t:ident $X:ident ($given:ty) ($by:ty) ($along:ty) ($($again:tt)*) ($back:ty) $lanes:tt
    })*] $output:tt $Rule:ident $Along:ident $lacks:literal $lacks_forward:literal $note:literal $note_forward:literal) => {
        /// The rule of an operator.
        #[diagnostic::on_unimplemented(message = $lacks, label = "this operator has no derivative", note = $note)]
        pub trait $Rule<$($X: Differentiable),*> {
            operators! { @output $output }
            #[doc(hidden)]
            fn forward($($x: $by),*) -> (
                output!($output Self),
                impl FnOnce(Of<output!($output Self)> $($($again)*)*) -> ($($back,)*) + use<Self, $($X),*>,
            );
        }

        /// The same in forward mode.
        #[diagnostic::on_unimplemented(
            message = $lacks_forward,
            label = "this operator has no derivative in forward mode",
            note = $note_forward
        )]
        pub trait $Along<$($X: Differentiable),*>: $Rule<$($X),*> {
            #[doc(hidden)]
            fn along($($x: $by, $t: Option<$along>),*) -> (output!($output Self), Of<output!($output Self)>);
        }
    };
    (@output ()) => {};
    (@output Output) => {
        #[doc(hidden)]
        type Output: Differentiable;
    };

    (@entry $operands:tt $types:tt $output:tt $Rule:ident $Along:ident $op:ident $name:ident $method:ident) => {
        operators! { @operator $operands $types $output $op $name $method }

        /// Its halves.
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            operators! { @halves $operands $output $Rule $Along $op }
            operators! { @lanes $operands $output $Rule $Along $op }
        }
    };
    (@operator [$({ $x:ident $t:ident $X:ident ($given:ty) $($rest:tt)* })*] [($Self:ty) $(($Rhs:ty))?]
        $output:tt $op:ident $name:ident $method:ident
    ) => {
        /// The operator itself.
        #[inline(always)]
        pub fn $name<'x, $($X),*>($($x: $given),*) -> output!($output $Self as ops::$op<$($Rhs)?>)
        where
            $Self: ops::$op<$($Rhs)?>,
        {
            ops::$op::$method($($x),*)
        }
    };
    (@halves [$({
        $x:ident $t:ident $X:ident ($given:ty) ($by:ty) ($along:ty) ($($again:tt)*) ($back:ty) $lanes:tt
    })*] $output:tt $Rule:ident $Along:ident $op:ident) => {
        #[doc(hidden)]
        #[inline(always)]
        pub fn __fwd<$($X: Differentiable),*>($($x: $by),*) -> (
            output!($output op::$op as $Rule<$($X),*>),
            impl FnOnce(Of<output!($output op::$op as $Rule<$($X),*>)> $($($again)*)*) -> ($($back,)*) + use<$($X),*>,
        )
        where
            op::$op: $Rule<$($X),*>,
        {
            <op::$op as $Rule<$($X),*>>::forward($($x),*)
        }

        #[doc(hidden)]
        #[inline(always)]
        pub fn __jvp<$($X: Differentiable),*>($($x: $by, $t: Option<$along>),*) -> (
            output!($output op::$op as $Rule<$($X),*>),
            Of<output!($output op::$op as $Rule<$($X),*>)>,
        )
        where
            op::$op: $Along<$($X),*>,
        {
            <op::$op as $Along<$($X),*>>::along($($x, $t),*)
        }
    };
    (@lanes $operands:tt () $($of:tt)*) => {};
    (@lanes [$({
        $x:ident $t:ident $X:ident ($given:ty) ($by:ty) ($along:ty) $again:tt $back:tt
        { ($($clone:tt)*) ($wide:ty) ($look:expr) ($value:expr) ($tangent:expr) }
    })*] Output $Rule:ident $Along:ident $op:ident) => {
        #[doc(hidden)]
        #[inline]
        pub fn __jvp_lanes<$($X,)* const K: usize>($($x: $by, $t: Option<$wide>),*) -> (
            <op::$op as $Rule<$($X),*>>::Output,
            Wide<<op::$op as $Rule<$($X),*>>::Output, K>,
        )
        where
            $($X: Differentiable $($clone)*, Of<$X>: InLanes<K>,)*
            op::$op: $Along<$($X),*>,
            Of<<op::$op as $Rule<$($X),*>>::Output>: InLanes<K>,
        {
            by_lane(|k| {
                $(let $t = $look.map(|t| lane::<K, Of<$X>>(t, k));)*
                <op::$op as $Along<$($X),*>>::along($($value, $tangent),*)
            })
        }
    };
}

operators! {
    Unary (a t_a A: v) UnaryV UnaryVAlong
    "put `#[grad]` on the `impl {Self} for {A}`", "put `#[grad(forward)]` on the `impl {Self} for {A}`"
    Neg neg_v neg;
}
operators! {
    Unary (a t_a A: r) UnaryR UnaryRAlong
    "put `#[grad]` on the `impl {Self} for &{A}`", "put `#[grad(forward)]` on the `impl {Self} for &{A}`"
    Neg neg_r neg;
}
operators! {
    Binary (a t_a A: v, b t_b B: v) BinaryVV BinaryVVAlong
    "put `#[grad]` on the `impl {Self}<{B}> for {A}`", "put `#[grad(forward)]` on the `impl {Self}<{B}> for {A}`"
    Add add_vv add;
    Sub sub_vv sub;
    Mul mul_vv mul;
    Div div_vv div;
    Rem rem_vv rem;
}
operators! {
    Binary (a t_a A: v, b t_b B: r) BinaryVR BinaryVRAlong
    "put `#[grad]` on the `impl {Self}<&{B}> for {A}`", "put `#[grad(forward)]` on the `impl {Self}<&{B}> for {A}`"
    Add add_vr add;
    Sub sub_vr sub;
    Mul mul_vr mul;
    Div div_vr div;
    Rem rem_vr rem;
}
operators! {
    Binary (a t_a A: r, b t_b B: v) BinaryRV BinaryRVAlong
    "put `#[grad]` on the `impl {Self}<{B}> for &{A}`", "put `#[grad(forward)]` on the `impl {Self}<{B}> for &{A}`"
    Add add_rv add;
    Sub sub_rv sub;
    Mul mul_rv mul;
    Div div_rv div;
    Rem rem_rv rem;
}
operators! {
    Binary (a t_a A: r, b t_b B: r) BinaryRR BinaryRRAlong
    "put `#[grad]` on the `impl {Self}<&{B}> for &{A}`", "put `#[grad(forward)]` on the `impl {Self}<&{B}> for &{A}`"
    Add add_rr add;
    Sub sub_rr sub;
    Mul mul_rr mul;
    Div div_rr div;
    Rem rem_rr rem;
}
operators! {
    Assign (a t_a A: m, b t_b B: v) AssignV AssignVAlong
    "put `#[grad]` on the `impl {Self}<{B}> for {A}`", "put `#[grad(forward)]` on the `impl {Self}<{B}> for {A}`"
    AddAssign add_assign_v add_assign;
    SubAssign sub_assign_v sub_assign;
    MulAssign mul_assign_v mul_assign;
    DivAssign div_assign_v div_assign;
    RemAssign rem_assign_v rem_assign;
}
operators! {
    Assign (a t_a A: m, b t_b B: r) AssignR AssignRAlong
    "put `#[grad]` on the `impl {Self}<&{B}> for {A}`", "put `#[grad(forward)]` on the `impl {Self}<&{B}> for {A}`"
    AddAssign add_assign_r add_assign;
    SubAssign sub_assign_r sub_assign;
    MulAssign mul_assign_r mul_assign;
    DivAssign div_assign_r div_assign;
    RemAssign rem_assign_r rem_assign;
}
