//! `unwrap` and its relatives on an `Option` or `Result` that a call returned: the macro does not see the type, so they are
//! calls like any other, by the protocol of methods: the pullback takes the receiver again, and adds to its cotangent.

#![allow(clippy::type_complexity)] // the protocol of pullbacks, spelled out

use crate::{Differentiable, Tangent};
use core::fmt::Debug;

/// The payload of an `Option` or of an `Ok`.
pub trait Payload: Differentiable + Sized {
    #[doc(hidden)]
    type Inner: Differentiable;

    #[doc(hidden)]
    fn get(&self) -> Option<Self::Inner>;
    #[doc(hidden)]
    fn has(&self) -> bool;
    #[doc(hidden)]
    fn slot(tangent: &mut Self::Tangent) -> Option<&mut <Self::Inner as Differentiable>::Tangent>;
    #[doc(hidden)]
    fn demand(&self, message: Option<&str>) -> Self::Inner;
}

impl<T: Differentiable + Clone> Payload for Option<T> {
    type Inner = T;

    #[inline(always)]
    fn get(&self) -> Option<T> {
        self.clone()
    }
    #[inline(always)]
    fn has(&self) -> bool {
        self.is_some()
    }
    #[inline(always)]
    fn slot(tangent: &mut Option<T::Tangent>) -> Option<&mut T::Tangent> {
        tangent.as_mut()
    }
    #[inline(always)]
    #[track_caller]
    fn demand(&self, message: Option<&str>) -> T {
        match message {
            Some(message) => self.as_ref().expect(message).clone(),
            None => self.as_ref().unwrap().clone(),
        }
    }
}

impl<T: Differentiable + Clone, E: Debug> Payload for Result<T, E> {
    type Inner = T;

    #[inline(always)]
    fn get(&self) -> Option<T> {
        self.as_ref().ok().cloned()
    }
    #[inline(always)]
    fn has(&self) -> bool {
        self.is_ok()
    }
    #[inline(always)]
    fn slot(tangent: &mut Result<T::Tangent, ()>) -> Option<&mut T::Tangent> {
        tangent.as_mut().ok()
    }
    #[inline(always)]
    #[track_caller]
    fn demand(&self, message: Option<&str>) -> T {
        match message {
            Some(message) => self.as_ref().expect(message).clone(),
            None => self.as_ref().unwrap().clone(),
        }
    }
}

type Inner<P> = <P as Payload>::Inner;
type InnerTangent<P> = <Inner<P> as Differentiable>::Tangent;

#[inline(always)]
fn give<P: Payload>(slot: Option<&mut P::Tangent>, d: &InnerTangent<P>) {
    if let Some(inner) = slot.and_then(P::slot) {
        inner.add(d);
    }
}

/// The tangent of the payload, which is `value`.
fn payload_tangent<P: Payload>(tangent: Option<&P::Tangent>, value: &Inner<P>) -> InnerTangent<P> {
    let inner = tangent.cloned().and_then(|mut t| P::slot(&mut t).map(|t| t.clone()));
    inner.unwrap_or_else(|| value.zero_tangent())
}

/// The forward halves, and the same in forward mode.
pub trait PayloadMethods: Payload {
    #[doc(hidden)]
    #[inline(always)]
    #[track_caller]
    fn __unwrap_fwd(
        &self,
    ) -> (Inner<Self>, impl FnOnce(InnerTangent<Self>, &Self, Option<&mut Self::Tangent>) -> ((),) + use<Self>)
    {
        (self.demand(None), |d: InnerTangent<Self>, _: &Self, slot: Option<&mut Self::Tangent>| {
            give::<Self>(slot, &d);
            ((),)
        })
    }

    #[doc(hidden)]
    #[inline(always)]
    #[track_caller]
    fn __expect_fwd(
        &self,
        message: &str,
    ) -> (
        Inner<Self>,
        impl FnOnce(InnerTangent<Self>, &Self, Option<&mut Self::Tangent>, &str, Option<&mut ()>) -> ((), ())
            + use<Self>,
    ) {
        let value = self.demand(Some(message));
        let pullback = |d: InnerTangent<Self>,
                        _: &Self,
                        slot: Option<&mut Self::Tangent>,
                        _: &str,
                        _: Option<&mut ()>| {
            give::<Self>(slot, &d);
            ((), ())
        };
        (value, pullback)
    }

    #[doc(hidden)]
    #[inline(always)]
    fn __unwrap_or_fwd(
        &self,
        default: Inner<Self>,
    ) -> (
        Inner<Self>,
        impl FnOnce(InnerTangent<Self>, &Self, Option<&mut Self::Tangent>) -> ((), InnerTangent<Self>) + use<Self>,
    ) {
        let zero = default.zero_tangent();
        let has = self.has();
        let value = self.get().unwrap_or(default);
        (value, move |d: InnerTangent<Self>, _: &Self, slot: Option<&mut Self::Tangent>| {
            if has {
                give::<Self>(slot, &d);
                ((), zero)
            } else {
                ((), d)
            }
        })
    }

    #[doc(hidden)]
    #[inline(always)]
    fn __unwrap_or_default_fwd(
        &self,
    ) -> (Inner<Self>, impl FnOnce(InnerTangent<Self>, &Self, Option<&mut Self::Tangent>) -> ((),) + use<Self>)
    where
        Inner<Self>: Default,
    {
        (
            self.get().unwrap_or_default(),
            |d: InnerTangent<Self>, _: &Self, slot: Option<&mut Self::Tangent>| {
                give::<Self>(slot, &d);
                ((),)
            },
        )
    }

    #[doc(hidden)]
    #[inline(always)]
    #[track_caller]
    fn __unwrap_jvp(self, tangent: Option<&Self::Tangent>) -> (Inner<Self>, InnerTangent<Self>) {
        let value = self.demand(None);
        let tangent = payload_tangent::<Self>(tangent, &value);
        (value, tangent)
    }

    #[doc(hidden)]
    #[inline(always)]
    #[track_caller]
    fn __expect_jvp(
        self,
        tangent: Option<&Self::Tangent>,
        message: &str,
        _: Option<()>,
    ) -> (Inner<Self>, InnerTangent<Self>) {
        let value = self.demand(Some(message));
        let tangent = payload_tangent::<Self>(tangent, &value);
        (value, tangent)
    }

    #[doc(hidden)]
    #[inline(always)]
    fn __unwrap_or_jvp(
        self,
        tangent: Option<&Self::Tangent>,
        default: Inner<Self>,
        of_default: Option<InnerTangent<Self>>,
    ) -> (Inner<Self>, InnerTangent<Self>) {
        match self.get() {
            Some(value) => {
                let tangent = payload_tangent::<Self>(tangent, &value);
                (value, tangent)
            }
            None => {
                let tangent = of_default.unwrap_or_else(|| default.zero_tangent());
                (default, tangent)
            }
        }
    }

    #[doc(hidden)]
    #[inline(always)]
    fn __unwrap_or_default_jvp(self, tangent: Option<&Self::Tangent>) -> (Inner<Self>, InnerTangent<Self>)
    where
        Inner<Self>: Default,
    {
        let has = self.has();
        let value = self.get().unwrap_or_default();
        let tangent = payload_tangent::<Self>(tangent.filter(|_| has), &value);
        (value, tangent)
    }
}

impl<P: Payload> PayloadMethods for P {}

/// `ok_or`, of an `Option` alone.
pub trait OptionMethods<T: Differentiable>: Sized {
    #[doc(hidden)]
    fn __ok_or_fwd<E>(
        &self,
        error: E,
    ) -> (
        Result<T, E>,
        impl FnOnce(Result<T::Tangent, ()>, &Self, Option<&mut Option<T::Tangent>>) -> ((), ()) + use<Self, T, E>,
    );

    /// With a string literal, which is passed again like every reference.
    #[doc(hidden)]
    fn __ok_or_text_fwd(
        &self,
        error: &'static str,
    ) -> (
        Result<T, &'static str>,
        impl FnOnce(
                Result<T::Tangent, ()>,
                &Self,
                Option<&mut Option<T::Tangent>>,
                &str,
                Option<&mut ()>,
            ) -> ((), ())
            + use<Self, T>,
    );
}

impl<T: Differentiable + Clone> OptionMethods<T> for Option<T> {
    #[inline(always)]
    fn __ok_or_fwd<E>(
        &self,
        error: E,
    ) -> (
        Result<T, E>,
        impl FnOnce(Result<T::Tangent, ()>, &Self, Option<&mut Option<T::Tangent>>) -> ((), ()) + use<T, E>,
    ) {
        let pullback = |d: Result<T::Tangent, ()>, _: &Self, slot: Option<&mut Option<T::Tangent>>| {
            if let (Ok(d), Some(Some(slot))) = (d, slot) {
                slot.add(&d);
            }
            ((), ())
        };
        (self.clone().ok_or(error), pullback)
    }

    #[inline(always)]
    fn __ok_or_text_fwd(
        &self,
        error: &'static str,
    ) -> (
        Result<T, &'static str>,
        impl FnOnce(
                Result<T::Tangent, ()>,
                &Self,
                Option<&mut Option<T::Tangent>>,
                &str,
                Option<&mut ()>,
            ) -> ((), ())
            + use<T>,
    ) {
        let (value, inner) = self.__ok_or_fwd(error);
        let pullback = |d: Result<T::Tangent, ()>,
                        again: &Self,
                        slot: Option<&mut Option<T::Tangent>>,
                        _: &str,
                        _: Option<&mut ()>| inner(d, again, slot);
        (value, pullback)
    }
}
