//! `Vec::into_boxed_slice` and back: calls by the protocol of methods.

#![allow(clippy::type_complexity)] // the protocol of pullbacks, spelled out

use crate::Differentiable;
use alloc::boxed::Box;
use alloc::vec::Vec;

macro_rules! converted {
    ($trait:ident, $fwd:ident, $jvp:ident, $method:ident: $from:ty => $to:ty) => {
        #[doc(hidden)]
        pub trait $trait<T: Differentiable + Clone> {
            #[doc(hidden)]
            fn $fwd(
                &self,
            ) -> (
                $to,
                impl FnOnce(Vec<T::Tangent>, &Self, Option<&mut Vec<T::Tangent>>) -> ((),) + use<Self, T>,
            );

            #[doc(hidden)]
            fn $jvp(&self, tangent: Option<&Vec<T::Tangent>>) -> ($to, Vec<T::Tangent>);
        }

        impl<T: Differentiable + Clone> $trait<T> for $from {
            #[inline]
            fn $fwd(
                &self,
            ) -> ($to, impl FnOnce(Vec<T::Tangent>, &Self, Option<&mut Vec<T::Tangent>>) -> ((),) + use<T>)
            {
                let pullback = |d: Vec<T::Tangent>, _: &Self, into: Option<&mut Vec<T::Tangent>>| {
                    if let Some(into) = into {
                        super::add_slices(into, &d);
                    }
                    ((),)
                };
                (self.clone().$method(), pullback)
            }

            #[inline]
            fn $jvp(&self, tangent: Option<&Vec<T::Tangent>>) -> ($to, Vec<T::Tangent>) {
                let tangent = tangent.cloned().unwrap_or_else(|| self.zero_tangent());
                (self.clone().$method(), tangent)
            }
        }
    };
}
converted!(IntoBoxedSlice, __into_boxed_slice_fwd, __into_boxed_slice_jvp, into_boxed_slice: Vec<T> => Box<[T]>);
converted!(IntoVec, __into_vec_fwd, __into_vec_jvp, into_vec: Box<[T]> => Vec<T>);
