//! Powers, roots, exponentials and logarithms.

use super::table::{row, Rule, NONE};
use super::{Expr, Func};
use std::f64::consts::{LN_2, LOG10_E, LOG2_E};

pub(super) fn rows() -> Vec<(Func, Rule)> {
    vec![
        row!(Powi, costly, |d, [x, n], _| [d * Expr::helper("powi_d0", [x, n]), NONE], at: [[1.5, 3.0], [-0.7, -2.0]],
             kinks: "0 for n = 0, also at 0"),
        row!(Powf, costly, |d, [x, y], v| [
                 d * Expr::helper("powf_d0", [x, y, v]),
                 d * Expr::helper("powf_d1", [x, y, v])
             ],
             at: [[1.5, 2.5], [0.4, -1.3]],
             kinks: "in x: 0 for y = 0; in y: 0 where the value is 0, and at x = y = 0"),
        row!(Sqrt, costly, |d, [_], v| [d * (0.5 / v)], at: [[0.3], [7.0]],
             kinks: "inf at 0"),
        row!(Cbrt, costly, |d, [_], v| [d / (3.0 * v * v)], at: [[0.3], [-7.0]],
             kinks: "inf at 0"),
        row!(Hypot, costly, |d, [x, y], v| [
                 d * Expr::helper("hypot_d0", [x, y, v]),
                 d * Expr::helper("hypot_d1", [x, y, v])
             ],
             at: [[3.0, -4.0], [0.0, 2.0]],
             kinks: "0 and 0 at the origin"),
        row!(Exp, costly, |d, [_], v| [d * v], at: [[-1.5], [0.0], [3.0]]),
        row!(Exp2, costly, |d, [_], v| [d * (v * LN_2)], at: [[-1.5], [0.0], [3.0]]),
        row!(ExpM1, costly, |d, [_], v| [d * (v + 1.0)], at: [[-1.5], [0.0], [3.0]]),
        row!(Ln, costly, |d, [x], _| [d / x], at: [[0.3], [7.0]],
             kinks: "inf at 0"),
        row!(Ln1p, costly, |d, [x], _| [d / (1.0 + x)], at: [[-0.7], [7.0]],
             kinks: "inf at -1"),
        row!(Log, costly, |d, [x, b], v| [d / (x * b.ln()), -(d * v / (b * b.ln()))], at: [[0.3, 10.0], [7.0, 0.5]],
             kinks: "inf at 0"),
        row!(Log2, costly, |d, [x], _| [d * (LOG2_E / x)], at: [[0.3], [7.0]],
             kinks: "inf at 0"),
        row!(Log10, costly, |d, [x], _| [d * (LOG10_E / x)], at: [[0.3], [7.0]],
             kinks: "inf at 0"),
    ]
}
