//! Float methods by the protocol of calls: `x.sin()` on a value of a named type is a call of a method of the user's, or, where
//! that type is another name of a float, of these. (A type's own methods come before a trait's.)

#![allow(clippy::type_complexity)] // the protocol of pullbacks, spelled out

#[cfg(any(feature = "std", feature = "libm"))]
use super::{by_lane, lane, InLanes};
#[cfg(any(feature = "std", feature = "libm"))]
use crate::Real;

/// What several contributions add up to; none is a zero.
#[cfg(any(feature = "std", feature = "libm"))]
#[inline(always)]
fn total<T: Real>(parts: impl IntoIterator<Item = Option<T>>) -> T {
    parts.into_iter().flatten().reduce(|a, b| a + b).unwrap_or(T::ZERO)
}

#[cfg(any(feature = "std", feature = "libm"))]
macro_rules! float_methods {
    (@unit $n:ident) => { () };
    (@own $y:ident) => { Self };
    ($(
        $name:ident $fwd:ident $jvp:ident $lanes:ident
        ($x:ident, $v:ident, $d:ident: $d_x:expr; $($y:ident $t:ident: $d_y:expr;)* $([$n:ident])?)
    )*) => {
        /// The forward halves, and the same in forward mode.
        #[allow(unused_variables)] // not every rule reads the operands and the result
        pub trait FloatMethods: Real {$(
            #[doc(hidden)]
            #[inline(always)]
            fn $fwd(&self $(, $y: Self)* $(, $n: i32)?) -> (
                Self,
                impl FnOnce(Self, &Self, Option<&mut Self>)
                    -> ((), $(float_methods!(@own $y),)* $(float_methods!(@unit $n),)?) + use<Self>,
            ) {
                let $x = *self;
                let $v = $x.$name($($y,)* $($n)?);
                ($v, move |$d: Self, _: &Self, slot: Option<&mut Self>| {
                    if let Some(slot) = slot {
                        slot.accumulate($d_x);
                    }
                    ((), $($d_y,)* $(float_methods!(@unit $n),)?)
                })
            }

            #[doc(hidden)]
            #[inline(always)]
            fn $jvp(self, $d: Option<&Self> $(, $y: Self, $t: Option<Self>)* $(, $n: i32, _: Option<()>)?) -> (Self, Self) {
                let $x = self;
                let $v = $x.$name($($y,)* $($n)?);
                let along = [$d.map(|$d| { let $d = *$d; $d_x }), $($t.map(|$d| $d_y)),*];
                ($v, total(along))
            }

            #[doc(hidden)]
            #[inline]
            fn $lanes<const K: usize>(
                self,
                $d: Option<&<Self as InLanes<K>>::Lanes>
                $(, $y: Self, $t: Option<<Self as InLanes<K>>::Lanes>)* $(, $n: i32, none: Option<()>)?
            ) -> (Self, <Self as InLanes<K>>::Lanes)
            where
                Self: InLanes<K>,
            {
                by_lane(|k| {
                    let $d = $d.map(|t| lane::<K, Self>(t, k));
                    $(let $t = $t.as_ref().map(|t| lane::<K, Self>(t, k));)*
                    self.$jvp($d.as_ref() $(, $y, $t)* $(, $n, none)?)
                })
            }
        )*}

        impl<T: Real> FloatMethods for T {}
    };
}
#[cfg(any(feature = "std", feature = "libm"))]
use float_methods;

#[cfg(any(feature = "std", feature = "libm"))]
mod table;
#[cfg(any(feature = "std", feature = "libm"))]
pub use table::FloatMethods;

/// Without them.
#[cfg(not(any(feature = "std", feature = "libm")))]
pub trait FloatMethods {}
