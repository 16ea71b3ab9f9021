//! The rules of numbers, however their operands are passed: what stands behind the name of a type may be a float.

use super::*;

/// By reference: the rule by value, on what is behind.
macro_rules! behind {
    ($($(#[$meta:meta])* $op:ident)*) => {$(
        $(#[$meta])*
        impl<T: Real> BinaryRR<T, T> for op::$op {
            type Output = T;
            #[inline(always)]
            fn forward(
                a: &T,
                b: &T,
            ) -> (T, impl FnOnce(T, &T, Option<&mut T>, &T, Option<&mut T>) -> ((), ()) + use<T>) {
                let (y, back) = <op::$op as BinaryVV<T, T>>::forward(*a, *b);
                (y, move |d: T, _: &T, d_a: Option<&mut T>, _: &T, d_b: Option<&mut T>| {
                    let (of_a, of_b) = back(d);
                    (give(d_a, of_a), give(d_b, of_b))
                })
            }
        }

        $(#[$meta])*
        impl<T: Real> BinaryRRAlong<T, T> for op::$op {
            #[inline(always)]
            fn along(a: &T, t_a: Option<&T>, b: &T, t_b: Option<&T>) -> (T, T) {
                <op::$op as BinaryVVAlong<T, T>>::along(*a, t_a.copied(), *b, t_b.copied())
            }
        }

        $(#[$meta])*
        impl<T: Real> BinaryVR<T, T> for op::$op {
            type Output = T;
            #[inline(always)]
            fn forward(a: T, b: &T) -> (T, impl FnOnce(T, &T, Option<&mut T>) -> (T, ()) + use<T>) {
                let (y, back) = <op::$op as BinaryVV<T, T>>::forward(a, *b);
                (y, move |d: T, _: &T, d_b: Option<&mut T>| {
                    let (of_a, of_b) = back(d);
                    (of_a, give(d_b, of_b))
                })
            }
        }

        $(#[$meta])*
        impl<T: Real> BinaryVRAlong<T, T> for op::$op {
            #[inline(always)]
            fn along(a: T, t_a: Option<T>, b: &T, t_b: Option<&T>) -> (T, T) {
                <op::$op as BinaryVVAlong<T, T>>::along(a, t_a, *b, t_b.copied())
            }
        }

        $(#[$meta])*
        impl<T: Real> BinaryRV<T, T> for op::$op {
            type Output = T;
            #[inline(always)]
            fn forward(a: &T, b: T) -> (T, impl FnOnce(T, &T, Option<&mut T>) -> ((), T) + use<T>) {
                let (y, back) = <op::$op as BinaryVV<T, T>>::forward(*a, b);
                (y, move |d: T, _: &T, d_a: Option<&mut T>| {
                    let (of_a, of_b) = back(d);
                    (give(d_a, of_a), of_b)
                })
            }
        }

        $(#[$meta])*
        impl<T: Real> BinaryRVAlong<T, T> for op::$op {
            #[inline(always)]
            fn along(a: &T, t_a: Option<&T>, b: T, t_b: Option<T>) -> (T, T) {
                <op::$op as BinaryVVAlong<T, T>>::along(*a, t_a.copied(), b, t_b)
            }
        }
    )*};
}
behind! {
    Add
    Sub
    Mul
    Div
    #[cfg(any(feature = "std", feature = "libm"))]
    Rem
}

/// `a op= b`: the rule of `a op b`, and the slot has the cotangent of the new value at first.
macro_rules! assigned {
    ($($(#[$meta:meta])* $assign:ident $op:ident;)*) => {$(
        $(#[$meta])*
        impl<T: Real> AssignV<T, T> for op::$assign {
            #[inline(always)]
            fn forward(a: &mut T, b: T) -> ((), impl FnOnce((), Option<&mut T>) -> ((), T) + use<T>) {
                let (y, back) = <op::$op as BinaryVV<T, T>>::forward(*a, b);
                *a = y;
                ((), move |(), slot: Option<&mut T>| {
                    let Some(slot) = slot else { return ((), T::ZERO) };
                    let (of_a, of_b) = back(*slot);
                    *slot = of_a;
                    ((), of_b)
                })
            }
        }

        $(#[$meta])*
        impl<T: Real> AssignVAlong<T, T> for op::$assign {
            #[inline(always)]
            fn along(a: &mut T, t_a: Option<&mut T>, b: T, t_b: Option<T>) -> ((), ()) {
                let old = t_a.as_ref().map(|t| **t);
                let (y, t) = <op::$op as BinaryVVAlong<T, T>>::along(*a, old, b, t_b);
                *a = y;
                ((), t_a.map_or((), |slot| *slot = t))
            }
        }

        $(#[$meta])*
        impl<T: Real> AssignR<T, T> for op::$assign {
            #[inline(always)]
            fn forward(
                a: &mut T,
                b: &T,
            ) -> ((), impl FnOnce((), Option<&mut T>, &T, Option<&mut T>) -> ((), ()) + use<T>) {
                let ((), back) = <op::$assign as AssignV<T, T>>::forward(a, *b);
                ((), move |(), slot: Option<&mut T>, _: &T, d_b: Option<&mut T>| {
                    let ((), of_b) = back((), slot);
                    ((), give(d_b, of_b))
                })
            }
        }

        $(#[$meta])*
        impl<T: Real> AssignRAlong<T, T> for op::$assign {
            #[inline(always)]
            fn along(a: &mut T, t_a: Option<&mut T>, b: &T, t_b: Option<&T>) -> ((), ()) {
                <op::$assign as AssignVAlong<T, T>>::along(a, t_a, *b, t_b.copied())
            }
        }
    )*};
}
assigned! {
    AddAssign Add;
    SubAssign Sub;
    MulAssign Mul;
    DivAssign Div;
    #[cfg(any(feature = "std", feature = "libm"))]
    RemAssign Rem;
}

#[inline(always)]
fn give<T: Real>(slot: Option<&mut T>, d: T) {
    if let Some(slot) = slot {
        *slot += d;
    }
}
