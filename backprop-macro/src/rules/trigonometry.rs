//! Circular and hyperbolic functions.

use super::table::{row, Rule};
use super::{Expr, Func};

pub(super) fn rows() -> Vec<(Func, Rule)> {
    vec![
        row!(Sin, costly, |d, [x], _| [d * x.cos()], at: [[-1.5], [0.0], [0.7]]),
        row!(Cos, costly, |d, [x], _| [-(d * x.sin())], at: [[-1.5], [0.0], [0.7]]),
        row!(Tan, costly, |d, [_], v| [d * (1.0 + v * v)], at: [[-1.2], [0.0], [0.7]]),
        row!(Asin, costly, |d, [x], _| [d / ((1.0 - x) * (1.0 + x)).sqrt()], at: [[-0.8], [0.0], [0.7]],
             kinks: "inf at ±1"),
        row!(Acos, costly, |d, [x], _| [-(d / ((1.0 - x) * (1.0 + x)).sqrt())], at: [[-0.8], [0.0], [0.7]],
             kinks: "-inf at ±1"),
        row!(Atan, costly, |d, [x], _| [d / (1.0 + x * x)], at: [[-1.5], [0.0], [0.7]]),
        row!(Atan2, costly, |d, [y, x], _| [
                 d * Expr::helper("atan2_d0", [y, x]),
                 d * Expr::helper("atan2_d1", [y, x])
             ],
             at: [[1.0, 2.0], [-1.0, 0.5], [0.5, -2.0]],
             kinks: "0 and 0 at the origin"),
        row!(Sinh, costly, |d, [x], _| [d * x.cosh()], at: [[-1.5], [0.0], [0.7]]),
        row!(Cosh, costly, |d, [x], _| [d * x.sinh()], at: [[-1.5], [0.0], [0.7]]),
        row!(Tanh, costly, |d, [_], v| [d * (1.0 - v * v)], at: [[-1.5], [0.0], [0.7]]),
        row!(Asinh, costly, |d, [x], _| [d / x.hypot(1.0)], at: [[-1.5], [0.0], [0.7]]),
        row!(Acosh, costly, |d, [x], _| [d / ((x - 1.0).sqrt() * (x + 1.0).sqrt())], at: [[1.5], [7.0]],
             kinks: "inf at 1"),
        row!(Atanh, costly, |d, [x], _| [d / ((1.0 - x) * (1.0 + x))], at: [[-0.8], [0.0], [0.7]],
             kinks: "±inf at ±1"),
    ]
}
