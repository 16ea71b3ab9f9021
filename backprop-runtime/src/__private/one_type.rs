//! Literals of a type that rustc alone knows.

use core::marker::PhantomData;

/// All that goes through [`OneType::of`] of one token is of one type.
#[derive(Debug)]
pub struct OneType<T>(PhantomData<fn(T) -> T>);

impl<T> Clone for OneType<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for OneType<T> {}

impl<T> OneType<T> {
    #[allow(clippy::new_without_default, reason = "made by generated code only")]
    #[inline(always)]
    pub const fn new() -> Self {
        OneType(PhantomData)
    }

    /// The value itself.
    #[inline(always)]
    pub fn of(self, value: T) -> T {
        value
    }
}
