//! Operators of the user's types: the rules that `#[grad]` on `impl Mul for V3` gives, and the entry points that a caller of
//! `a * b` names, by the protocol of calls. An operand is passed by value (`v`) or by reference (`r`).
//!
//! ```text
//! a * &b   →   let (y, pb) = mul_vr::__fwd(a, &b);   ..   let (d_a, ()) = pb(d_y, &b, Some(&mut d_b));
//! ```

#![allow(non_camel_case_types)] // a function and its companion share their name
#![allow(clippy::type_complexity)] // the protocol of pullbacks, spelled out

mod numbers;
mod rules;
mod unseen;

pub use rules::*;
pub use unseen::*;

use super::{InLanes, Lanes};
#[cfg(any(feature = "std", feature = "libm"))]
use crate::partials::rem_d1;
use crate::{Differentiable, NoTangent, Real};

type Of<T> = <T as Differentiable>::Tangent;
type Wide<T, const K: usize> = <Of<T> as InLanes<K>>::Lanes;

/// Which operator a rule is for: the rules are implemented for these.
pub mod op {
    macro_rules! markers {
        ($($name:ident)*) => {$(
            #[doc = concat!("`", stringify!($name), "`")]
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}
        )*};
    }
    markers!(Add Sub Mul Div Rem Neg AddAssign SubAssign MulAssign DivAssign RemAssign);
}

/// A cotangent of a number: what `+`, `-` and the sign hand on as it is.
#[diagnostic::on_unimplemented(
    message = "an operator on something whose type the macro does not see, and which is no number: its tangent is `{Self}`",
    label = "not a number",
    note = "give the operands names and types, `let v: V3 = ..`, so that the `#[grad]` on the operator's `impl` is found"
)]
pub trait Additive {}

impl<T: Real> Additive for T {}
impl Additive for () {}
impl Additive for NoTangent {}
impl<T, const K: usize> Additive for Lanes<T, K> {}

/// `d`; a compile error in the user's terms if it is not of a number.
#[inline(always)]
pub fn linear<D: Additive>(d: D) -> D {
    d
}

/// The other operand of a number: the same number. (A bound rather than the type itself, so that the compiler does not take
/// an operand of another type for a mistake.)
#[diagnostic::on_unimplemented(
    message = "an operator of `{T}` and `{Self}` has no derivative",
    label = "this operator has no derivative",
    note = "put `#[grad]` on the `impl` of the operator"
)]
pub trait Operand<T>: Differentiable<Tangent = T> {
    #[doc(hidden)]
    fn number(self) -> T;
}

impl<T: Real> Operand<T> for T {
    #[inline(always)]
    fn number(self) -> T {
        self
    }
}

/// Numbers: what an operator of the user's gives may be one, and so may what a type parameter stands for.
macro_rules! numbers {
    ($($(#[$meta:meta])* $op:ident ($a:ident, $b:ident, $y:ident, $d:ident): $value:expr => $d_a:expr, $d_b:expr;)*) => {$(
        $(#[$meta])*
        impl<T: Real, U: Operand<T>> BinaryVV<T, U> for op::$op {
            type Output = T;
            #[inline(always)]
            fn forward($a: T, b: U) -> (T, impl FnOnce(T) -> (T, T) + use<T, U>) {
                let $b = b.number();
                let $y = $value;
                ($y, move |$d: T| ($d_a, $d_b))
            }
        }

        $(#[$meta])*
        impl<T: Real, U: Operand<T>> BinaryVVAlong<T, U> for op::$op {
            #[inline(always)]
            fn along($a: T, t_a: Option<T>, b: U, t_b: Option<T>) -> (T, T) {
                let $b = b.number();
                let $y = $value;
                let of_a = t_a.map(|$d: T| $d_a);
                let of_b = t_b.map(|$d: T| $d_b);
                // An operand without a tangent contributes nothing, which is less than zero times its partial.
                let of_y = match (of_a, of_b) {
                    (Some(a), Some(b)) => a + b,
                    (Some(only), None) | (None, Some(only)) => only,
                    (None, None) => T::ZERO,
                };
                ($y, of_y)
            }
        }
    )*};
}
numbers! {
    Add (a, b, y, d): a + b => d, d;
    Sub (a, b, y, d): a - b => d, -d;
    Mul (a, b, y, d): a * b => d * b, d * a;
    Div (a, b, y, d): a / b => d / b, -(d / b * y);
    #[cfg(any(feature = "std", feature = "libm"))]
    Rem (a, b, y, d): a % b => d, d * rem_d1(a, b, y);
}

impl<T: Real> UnaryV<T> for op::Neg {
    type Output = T;
    #[inline(always)]
    fn forward(a: T) -> (T, impl FnOnce(T) -> (T,) + use<T>) {
        (-a, |d: T| (-d,))
    }
}

impl<T: Real> UnaryVAlong<T> for op::Neg {
    #[inline(always)]
    fn along(a: T, t_a: Option<T>) -> (T, T) {
        (-a, -t_a.unwrap_or(T::ZERO))
    }
}
