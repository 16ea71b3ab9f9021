//! Derivatives of std's float methods, where a plain formula would be wrong at a kink, at a pole, at zero or
//! in the last digits.
//!
//! `<fn>_d<k>` is the derivative in argument `k` (0 is the receiver), `<fn>_d<j><k>` the second one; `v` is
//! the value of the function. Everything smooth and simple (`sin`, `exp`, `sqrt`, …) is written out by the
//! macro and has no helper.
//!
//! - At a kink: the mean of the one-sided derivatives, which is what a central difference gives. `abs'(0)`
//!   is 0, a tie in `max` gives ½ to each.
//! - At a pole: what IEEE arithmetic makes of the formula (`asin'(1)` is infinite).
//! - Where std ignores a NaN (`max`, `min`), the derivative goes to the operand that it returns.
//! - The second derivatives of `abs`, `max`, `min`, `clamp`, `copysign`, `abs_sub` and the remainders are 0
//!   and have no helper.
//!
//! The accuracies are tested against 60-digit truth in `tests/golden_intrinsics.rs`.

mod kinks;
#[cfg(any(feature = "std", feature = "libm"))]
mod logs;
#[cfg(any(feature = "std", feature = "libm"))]
mod polar;
#[cfg(any(feature = "std", feature = "libm"))]
mod powers;
#[cfg(any(feature = "std", feature = "libm"))]
mod remainders;
#[cfg(any(feature = "std", feature = "libm"))]
mod roots;

pub use kinks::*;
#[cfg(any(feature = "std", feature = "libm"))]
pub use logs::*;
#[cfg(any(feature = "std", feature = "libm"))]
pub use polar::*;
#[cfg(any(feature = "std", feature = "libm"))]
pub use powers::*;
#[cfg(any(feature = "std", feature = "libm"))]
pub use remainders::*;
#[cfg(any(feature = "std", feature = "libm"))]
pub use roots::*;
