//! Parameters that a callee takes as constants: `#[no_grad]`, or left out of `wrt(..)`. A caller can't see that, so it
//! offers a buffer, takes a cotangent or gives a tangent wherever the argument depends on its own parameters. Here is
//! where that meets [`Constant`], and the compiler says so.

use crate::NoTangent;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// In the place of the cotangent or tangent of a parameter that the callee takes as a constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant;

macro_rules! says_constant {
    ($($item:item)*) => {$(
        #[diagnostic::on_unimplemented(
            message = "the callee takes this argument as a constant, but it depends on a parameter: its derivative would be lost",
            label = "`#[no_grad]` in the callee, or not in its `wrt(..)`",
            note = "let the callee differentiate: remove the `#[no_grad]` from its parameter, or add the parameter to its `wrt(..)`",
            note = "or say that the derivative is to be zero: pass `backprop::detach(..)` of the value (of an array: of its elements)"
        )]
        $item
    )*};
}

says_constant! {
    /// What a pullback may return as the cotangent of a number of type `F`.
    pub trait Carried<F> {
        /// Itself.
        fn carried(self) -> F;
    }

    /// What may be lent as a buffer (or given as a tangent by reference) of type `B`.
    pub trait Lend<B: ?Sized> {
        /// The buffer; `None` for constants.
        fn lend(&mut self) -> Option<&mut B>;
        /// The tangent; `None` for constants.
        fn lend_shared(&self) -> Option<&B>;
    }

    /// What may be given as a tangent of type `B`.
    pub trait Along<B> {
        /// The tangent; `None` for constants.
        fn along(self) -> Option<B>;
    }
}

/// The cotangent of a number.
#[inline(always)]
pub fn carried<F, T: Carried<F>>(cotangent: T) -> F {
    cotangent.carried()
}

/// The buffer for the cotangent of an argument by reference.
#[inline(always)]
pub fn lend<A: Lend<B> + ?Sized, B: ?Sized>(buffer: &mut A) -> Option<&mut B> {
    buffer.lend()
}

/// The tangent of an argument by reference.
#[inline(always)]
pub fn lend_shared<A: Lend<B> + ?Sized, B: ?Sized>(tangent: &A) -> Option<&B> {
    tangent.lend_shared()
}

/// The tangent of an argument by value.
#[inline(always)]
pub fn along<A: Along<B>, B>(tangent: A) -> Option<B> {
    tangent.along()
}

#[diagnostic::do_not_recommend]
impl<T> Carried<T> for T {
    #[inline(always)]
    fn carried(self) -> T {
        self
    }
}

/// The compiler must not take the only implementation for the one that is meant: the callee says which it is.
#[derive(Clone, Copy, Debug)]
pub struct Never<T: ?Sized>(core::marker::PhantomData<T>);

#[diagnostic::do_not_recommend]
impl<T> Along<Never<T>> for T {
    #[inline(always)]
    fn along(self) -> Option<Never<T>> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Lend<Never<T>> for T {
    #[inline(always)]
    fn lend(&mut self) -> Option<&mut Never<T>> {
        None
    }
    #[inline(always)]
    fn lend_shared(&self) -> Option<&Never<T>> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T> Along<T> for T {
    #[inline(always)]
    fn along(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Lend<T> for T {
    #[inline(always)]
    fn lend(&mut self) -> Option<&mut T> {
        Some(self)
    }
    #[inline(always)]
    fn lend_shared(&self) -> Option<&T> {
        Some(self)
    }
}

macro_rules! as_slices {
    ($([$($generic:tt)*] $type:ty => $as:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generic)*> Lend<$as> for $type {
            #[inline(always)]
            fn lend(&mut self) -> Option<&mut $as> {
                Some(self)
            }
            #[inline(always)]
            fn lend_shared(&self) -> Option<&$as> {
                Some(self)
            }
        }
    )*};
}
as_slices! {
    [T] Vec<T> => [T];
    [T, const N: usize] [T; N] => [T];
    [T] Box<T> => T;
}

macro_rules! constants {
    ($([$($generic:tt)*] $type:ty => $as:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generic)*> Lend<$as> for $type {
            #[inline(always)]
            fn lend(&mut self) -> Option<&mut $as> {
                None
            }
            #[inline(always)]
            fn lend_shared(&self) -> Option<&$as> {
                None
            }
        }
    )*};
}
// What has no tangent may be passed for anything that is not differentiated.
constants! {
    [] NoTangent => Constant;
    [] NoTangent => ();
    [] () => Constant;
    [] Vec<()> => ();
    [] [()] => ();
    [const N: usize] [(); N] => ();
    [] Option<()> => ();
}

#[diagnostic::do_not_recommend]
impl Along<Constant> for NoTangent {
    #[inline(always)]
    fn along(self) -> Option<Constant> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl Along<()> for NoTangent {
    #[inline(always)]
    fn along(self) -> Option<()> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl Along<Constant> for () {
    #[inline(always)]
    fn along(self) -> Option<Constant> {
        None
    }
}
