//! Functions with kinks and jumps. At a kink: the mean of the two one-sided derivatives. At a jump: as beside it.

use super::table::{row, Rule, NONE};
use super::{Expr, Func};

pub(super) fn rows() -> Vec<(Func, Rule)> {
    let mut all = jumps();
    all.extend([
        row!(Fract, cheap, |d, [_], _| [d], at: [[2.3], [-0.4]],
             kinks: "1 at integers too"),
        row!(Rem, costly, |d, [x, y], v| [d, d * Expr::helper("rem_d1", [x, y, v])], at: [[7.5, 2.0], [-7.5, 2.0]],
             kinks: "as beside the jump"),
        row!(RemEuclid, costly, |d, [x, y], v| [d, d * Expr::helper("rem_euclid_d1", [x, y, v])],
             at: [[7.5, 2.0], [-7.5, 2.0]],
             kinks: "as beside the jump"),
        row!(Abs, cheap, |d, [x], _| [d * Expr::helper("abs_d0", [x])], at: [[1.5], [-0.3]],
             kinks: "0 at 0"),
        row!(Copysign, cheap, |d, [x, y], _| [d * Expr::helper("copysign_d0", [x, y]), NONE],
             at: [[1.5, -2.0], [-0.3, -1.0]],
             kinks: "0 at 0; a jump function in y"),
        row!(Max, cheap, |d, [x, y], _| [
                 d * Expr::helper("max_d0", [x, y]),
                 d * Expr::helper("max_d1", [x, y])
             ],
             at: [[1.5, 2.0], [0.3, -1.0]],
             kinks: "½ and ½ where equal"),
        row!(Min, cheap, |d, [x, y], _| [
                 d * Expr::helper("min_d0", [x, y]),
                 d * Expr::helper("min_d1", [x, y])
             ],
             at: [[1.5, 2.0], [0.3, -1.0]],
             kinks: "½ and ½ where equal"),
        row!(Clamp, cheap, |d, [x, lo, hi], _| [
                 d * Expr::helper("clamp_d0", [x, lo, hi]),
                 d * Expr::helper("clamp_d1", [x, lo, hi]),
                 d * Expr::helper("clamp_d2", [x, lo, hi])
             ],
             at: [[0.5, 0.0, 1.0], [-0.5, 0.0, 1.0], [1.5, 0.0, 1.0]],
             kinks: "½ and ½ on a bound, as max and min"),
        row!(AbsSub, cheap, |d, [x, y], _| [
                 d * Expr::helper("abs_sub_d0", [x, y]),
                 d * Expr::helper("abs_sub_d1", [x, y])
             ],
             at: [[1.5, 0.25], [0.3, 1.0]],
             kinks: "½ and -½ where equal"),
    ]);
    all
}

/// Derivative zero everywhere.
fn jumps() -> Vec<(Func, Rule)> {
    vec![
        row!(Signum, cheap, |_, [_], _| [NONE], at: [[2.3], [-0.4]], kinks: "a jump function: 0 everywhere"),
        row!(Floor, cheap, |_, [_], _| [NONE], at: [[2.3], [-0.4]], kinks: "a jump function: 0 everywhere"),
        row!(Ceil, cheap, |_, [_], _| [NONE], at: [[2.3], [-0.4]], kinks: "a jump function: 0 everywhere"),
        row!(Round, cheap, |_, [_], _| [NONE], at: [[2.3], [-0.4]], kinks: "a jump function: 0 everywhere"),
        row!(RoundTiesEven, cheap, |_, [_], _| [NONE], at: [[2.3], [-0.4]], kinks: "a jump function: 0 everywhere"),
        row!(Trunc, cheap, |_, [_], _| [NONE], at: [[2.3], [-0.4]], kinks: "a jump function: 0 everywhere"),
    ]
}
