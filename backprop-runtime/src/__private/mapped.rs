//! `map` on what the macro does not see: an array, an `Option` or a `Result`. The closure comes in three parts, as every
//! function that is handed to a differentiated one: what it captures, the constants, the code.

#![allow(clippy::type_complexity)] // the protocol of pullbacks, spelled out

use super::Accumulate;
use crate::Differentiable;

type TangentOf<T> = <T as Differentiable>::Tangent;

/// Something whose parts `map` takes to others.
pub trait MapMethods: Differentiable {
    /// A part.
    #[doc(hidden)]
    type Part: Differentiable;
    /// The same with other parts.
    #[doc(hidden)]
    type With<U: Differentiable>: Differentiable;

    #[doc(hidden)]
    fn __map_fwd<E, K, C, U, P, D>(
        &self,
        f: (E, K, C),
    ) -> (
        Self::With<U>,
        impl FnOnce(
                TangentOf<Self::With<U>>,
                &Self,
                Option<&mut Self::Tangent>,
                &E,
                Option<&mut E::Tangent>,
            ) -> ((), ())
            + use<Self, E, K, C, U, P, D>,
    )
    where
        E: Differentiable,
        U: Differentiable,
        C: Fn(&E, &K, Self::Part) -> (U, P) + Copy,
        P: FnOnce(U::Tangent, &E, Option<&mut E::Tangent>, &K) -> ((), D),
        TangentOf<Self::Part>: Accumulate<D>;

    #[doc(hidden)]
    fn __map_jvp<E, K, C, U>(
        &self,
        tangent: Option<&Self::Tangent>,
        f: (E, K, C),
        of_captured: Option<&E::Tangent>,
    ) -> (Self::With<U>, TangentOf<Self::With<U>>)
    where
        E: Differentiable,
        U: Differentiable,
        C: Fn(&E, Option<&E::Tangent>, &K, Self::Part, Option<TangentOf<Self::Part>>) -> (U, U::Tangent)
            + Copy;
}

impl<T: Differentiable + Clone, const N: usize> MapMethods for [T; N] {
    type Part = T;
    type With<U: Differentiable> = [U; N];

    #[inline]
    fn __map_fwd<E, K, C, U, P, D>(
        &self,
        (captured, constants, code): (E, K, C),
    ) -> (
        [U; N],
        impl FnOnce(
                [U::Tangent; N],
                &Self,
                Option<&mut Self::Tangent>,
                &E,
                Option<&mut E::Tangent>,
            ) -> ((), ())
            + use<T, N, E, K, C, U, P, D>,
    )
    where
        E: Differentiable,
        U: Differentiable,
        C: Fn(&E, &K, T) -> (U, P) + Copy,
        P: FnOnce(U::Tangent, &E, Option<&mut E::Tangent>, &K) -> ((), D),
        T::Tangent: Accumulate<D>,
    {
        let mut pullbacks = [const { None }; N];
        let mut slots = pullbacks.iter_mut();
        let parts = self.each_ref().map(|part| {
            let (made, pullback) = code(&captured, &constants, part.clone());
            if let Some(slot) = slots.next() {
                *slot = Some(pullback);
            }
            made
        });
        let pullback = move |d: [U::Tangent; N],
                             _: &Self,
                             mut into: Option<&mut Self::Tangent>,
                             captured: &E,
                             mut of_captured: Option<&mut E::Tangent>| {
            for (k, (d, pullback)) in d.into_iter().zip(pullbacks).enumerate().rev() {
                let Some(pullback) = pullback else { continue };
                let ((), d) = pullback(d, captured, of_captured.as_deref_mut(), &constants);
                if let Some(into) = into.as_deref_mut() {
                    into[k].accumulate(d);
                }
            }
            ((), ())
        };
        (parts, pullback)
    }

    #[inline]
    fn __map_jvp<E, K, C, U>(
        &self,
        tangent: Option<&Self::Tangent>,
        (captured, constants, code): (E, K, C),
        of_captured: Option<&E::Tangent>,
    ) -> ([U; N], [U::Tangent; N])
    where
        E: Differentiable,
        U: Differentiable,
        C: Fn(&E, Option<&E::Tangent>, &K, T, Option<T::Tangent>) -> (U, U::Tangent) + Copy,
    {
        let mut tangents = [const { None }; N];
        let mut slots = tangents.iter_mut().enumerate();
        let parts = self.each_ref().map(|part| {
            let (k, slot) = slots.next().unwrap_or_else(|| unreachable!());
            let of_part = tangent.map(|t| t[k].clone());
            let (made, of_made) = code(&captured, of_captured, &constants, part.clone(), of_part);
            *slot = Some(of_made);
            made
        });
        (parts, tangents.map(|t| t.unwrap_or_else(|| unreachable!())))
    }
}

/// What holds one part or none.
macro_rules! one_or_none {
    ([$($error:ident: $bound:ident)?] $value:ident, $full:ident($empty:pat => $keep:expr), $none:expr) => {
        impl<T: Differentiable + Clone $(, $error: $bound)?> MapMethods for $value<T $(, $error)?> {
            type Part = T;
            type With<U: Differentiable> = $value<U $(, $error)?>;

            #[inline]
            fn __map_fwd<E, K, C, U, P, D>(
                &self,
                (captured, constants, code): (E, K, C),
            ) -> (
                Self::With<U>,
                impl FnOnce(
                    TangentOf<Self::With<U>>,
                    &Self,
                    Option<&mut Self::Tangent>,
                    &E,
                    Option<&mut E::Tangent>,
                ) -> ((), ())
                + use<T, $($error,)? E, K, C, U, P, D>,
            )
            where
                E: Differentiable,
                U: Differentiable,
                C: Fn(&E, &K, T) -> (U, P) + Copy,
                P: FnOnce(U::Tangent, &E, Option<&mut E::Tangent>, &K) -> ((), D),
        T::Tangent: Accumulate<D>,
            {
                let (made, pullback) = match self {
                    $full(part) => {
                        let (made, pullback) = code(&captured, &constants, part.clone());
                        ($full(made), Some(pullback))
                    }
                    $empty => ($keep, None),
                };
                let pullback = move |d: TangentOf<Self::With<U>>,
                                     this: &Self,
                                     into: Option<&mut Self::Tangent>,
                                     captured: &E,
                                     of_captured: Option<&mut E::Tangent>| {
                    if let ($full(d), Some(pullback)) = (d, pullback) {
                        let ((), d) = pullback(d, captured, of_captured, &constants);
                        if let (Some(into), $full(part)) = (into, this) {
                            match into {
                                $full(into) => into.accumulate(d),
                                // A tangent without payload is the zero.
                                zero => {
                                    let mut made = part.zero_tangent();
                                    made.accumulate(d);
                                    *zero = $full(made);
                                }
                            }
                        }
                    }
                    ((), ())
                };
                (made, pullback)
            }

            #[inline]
            fn __map_jvp<E, K, C, U>(
                &self,
                tangent: Option<&Self::Tangent>,
                (captured, constants, code): (E, K, C),
                of_captured: Option<&E::Tangent>,
            ) -> (Self::With<U>, TangentOf<Self::With<U>>)
            where
                E: Differentiable,
                U: Differentiable,
                C: Fn(&E, Option<&E::Tangent>, &K, T, Option<T::Tangent>) -> (U, U::Tangent) + Copy,
            {
                match self {
                    $full(part) => {
                        let of_part = match tangent {
                            Some($full(t)) => Some(t.clone()),
                            _ => None,
                        };
                        let (made, of_made) = code(&captured, of_captured, &constants, part.clone(), of_part);
                        ($full(made), $full(of_made))
                    }
                    $empty => ($keep, $none),
                }
            }
        }
    };
}
one_or_none!([] Option, Some(None => None), None);
one_or_none!([Error: Clone] Result, Ok(Err(error) => Err(error.clone())), Err(()));
