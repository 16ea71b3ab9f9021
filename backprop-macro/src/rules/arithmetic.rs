//! Operators and the other rational functions.

use super::table::{row, Rule, NONE};
use super::Func;

pub(super) fn rows() -> Vec<(Func, Rule)> {
    vec![
        row!(Add, cheap, |d, [_, _], _| [d, d], at: [[1.5, 2.25], [-4.2, 0.0]]),
        row!(Sub, cheap, |d, [_, _], _| [d, -d], at: [[1.5, 2.25], [-4.2, 0.0]]),
        row!(Mul, cheap, |d, [a, b], _| [d * b, d * a], at: [[1.5, 2.25], [-4.2, 0.0]]),
        // The first product is shared by the two.
        row!(Div, costly, |d, [_, b], v| [d / b, -(d / b * v)], at: [[1.5, 2.25], [-4.2, 0.7], [0.0, -3.0]]),
        row!(Neg, cheap, |d, [_], _| [-d], at: [[1.5], [-0.3]]),
        row!(Recip, costly, |d, [_], v| [-(d * v * v)], at: [[1.5], [-0.3]]),
        row!(MulAdd, cheap, |d, [x, a, _], _| [d * a, d * x, d], at: [[1.5, -2.0, 0.3]]),
        row!(Midpoint, cheap, |d, [_, _], _| [d * 0.5, d * 0.5], at: [[1.5, -2.0]]),
        row!(NextUp, cheap, |d, [_], _| [d], at: [[1.5], [-0.3]]),
        row!(NextDown, cheap, |d, [_], _| [d], at: [[1.5], [-0.3]]),
        row!(ToDegrees, cheap, |d, [_], _| [d.to_degrees()], at: [[1.5], [-0.3]]),
        row!(ToRadians, cheap, |d, [_], _| [d.to_radians()], at: [[150.0], [-30.0]]),
        row!(DivEuclid, costly, |_, [_, _], _| [NONE, NONE], at: [[7.5, 2.0], [-7.5, 2.0]],
             kinks: "a jump function: 0 everywhere"),
    ]
}
