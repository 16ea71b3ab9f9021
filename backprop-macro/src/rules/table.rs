//! The table: the operations, and the notation of their rows.
//!
//! ```text
//! row!(Tanh, costly, |d, [_], v| [d * (1.0 - v * v)], at: [[-1.5], [0.0], [0.7]])
//!      │     │        │   │   │    │                   └ a sample of the domain, for the tests
//!      │     │        │   │   │    └ per operand, its contribution; `NONE`: it has no derivative
//!      │     │        │   │   └ the result
//!      │     │        │   └ the operands
//!      │     │        └ the cotangent of the result
//!      │     └ worth keeping rather than computing again (else: cheap)
//!      └ the variant of Func
//! ```

use super::{arithmetic, kinks, powers, trigonometry, Expr};
use std::sync::OnceLock;

/// How the operation is written in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `a + b`, `-a`, `!a`.
    Operator(&'static str),
    /// `a.sin()`, `f64::sin(a)`.
    Method,
}

/// What the compiler knows of an operation.
#[cfg_attr(not(test), allow(dead_code))] // read by the tests and the documents that they bless
#[derive(Clone, Debug)]
pub struct Rule {
    pub name: &'static str,
    pub form: Form,
    pub arity: usize,
    /// Contribution to the cotangent of each operand; `None`: that operand has no derivative (an integer, or the
    /// operation is a jump function or a comparison).
    pub partials: Vec<Option<Expr>>,
    /// Worth keeping rather than computing again: transcendental functions and divisions.
    pub costly: bool,
    /// The result is a float (else: bool or integer).
    pub float: bool,
    /// Points inside the domain, where it is differentiable.
    pub samples: &'static [&'static [f64]],
    /// For the docs: what the derivative is at kinks and poles, if that is not clear from the formula.
    pub kinks: &'static str,
}

macro_rules! form {
    () => {
        Form::Method
    };
    ($symbol:literal) => {
        Form::Operator($symbol)
    };
}

macro_rules! functions {
    ($($variant:ident $name:literal $($symbol:literal)?),* $(,)?) => {
        /// Every operation with a row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Func { $($variant),* }

        impl Func {
            /// All operations, in the order of the table.
            pub const ALL: &'static [Func] = &[$(Func::$variant),*];

            /// The name: of the method, or of the operator's trait method (`add`).
            pub fn name(self) -> &'static str {
                match self { $(Func::$variant => $name),* }
            }

            /// How it is written.
            pub fn form(self) -> Form {
                match self { $(Func::$variant => form!($($symbol)?)),* }
            }
        }
    };
}

functions! {
    Add "add" "+", Sub "sub" "-", Mul "mul" "*", Div "div" "/", Rem "rem" "%", Neg "neg" "-",
    Lt "lt" "<", Le "le" "<=", Gt "gt" ">", Ge "ge" ">=", Eq "eq" "==", Ne "ne" "!=",
    And "and" "&&", Or "or" "||", Not "not" "!",
    BitAnd "bitand" "&", BitOr "bitor" "|", BitXor "bitxor" "^", Shl "shl" "<<", Shr "shr" ">>",
    Abs "abs", Signum "signum", Copysign "copysign", Floor "floor", Ceil "ceil", Round "round",
    RoundTiesEven "round_ties_even", Trunc "trunc", Fract "fract", Recip "recip",
    RemEuclid "rem_euclid", DivEuclid "div_euclid", MulAdd "mul_add", Max "max", Min "min", Clamp "clamp",
    Midpoint "midpoint", AbsSub "abs_sub", ToDegrees "to_degrees", ToRadians "to_radians",
    NextUp "next_up", NextDown "next_down",
    Powi "powi", Powf "powf", Sqrt "sqrt", Cbrt "cbrt", Hypot "hypot",
    Exp "exp", Exp2 "exp2", ExpM1 "exp_m1", Ln "ln", Ln1p "ln_1p", Log "log", Log2 "log2", Log10 "log10",
    Sin "sin", Cos "cos", Tan "tan", Asin "asin", Acos "acos", Atan "atan", Atan2 "atan2",
    Sinh "sinh", Cosh "cosh", Tanh "tanh", Asinh "asinh", Acosh "acosh", Atanh "atanh",
    IsNan "is_nan", IsFinite "is_finite", IsInfinite "is_infinite", IsNormal "is_normal", IsSubnormal "is_subnormal",
    IsSignPositive "is_sign_positive", IsSignNegative "is_sign_negative",
}

impl Func {
    /// The operation that a method of this name is.
    pub fn from_method(name: &str) -> Option<Func> {
        Func::ALL.iter().copied().find(|f| f.name() == name && f.form() == Form::Method)
    }

    /// The methods of floats.
    pub fn methods() -> impl Iterator<Item = &'static str> {
        let all = Func::ALL.iter().copied();
        let of_all = all.filter(|f| f.form() == Form::Method && rule(*f).float);
        // `Real` has not these.
        of_all.filter(|f| !matches!(f, Func::NextUp | Func::NextDown)).map(Func::name)
    }

    /// Of integers and bools only.
    pub fn is_bitwise(self) -> bool {
        matches!(self, Func::Not | Func::BitAnd | Func::BitOr | Func::BitXor | Func::Shl | Func::Shr)
    }

    /// On floats only `clamp` panics, if the bounds are no bounds; on integers most operators may overflow.
    pub fn may_panic(self, integer: bool) -> bool {
        let arithmetic = matches!(
            self,
            Func::Add | Func::Sub | Func::Mul | Func::Div | Func::Rem | Func::Neg | Func::Shl | Func::Shr
        );
        self == Func::Clamp || (integer && arithmetic)
    }

    /// Its result is a bool, whatever the operands are.
    pub fn is_predicate(self) -> bool {
        !rule(self).float && !self.is_bitwise()
    }
}

/// The row of an operation.
pub fn rule(func: Func) -> &'static Rule {
    static TABLE: OnceLock<Vec<Rule>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut rows = arithmetic::rows();
        rows.extend(kinks::rows());
        rows.extend(powers::rows());
        rows.extend(trigonometry::rows());
        Func::ALL.iter().map(|f| complete(*f, &mut rows)).collect()
    });
    &table[func as usize]
}

/// The row from its family; the operations without one are comparisons and bit operations.
fn complete(func: Func, rows: &mut Vec<(Func, Rule)>) -> Rule {
    match rows.iter().position(|(f, _)| *f == func) {
        Some(i) => rows.swap_remove(i).1,
        None => passive(func),
    }
}

/// A predicate or bit operation.
fn passive(func: Func) -> Rule {
    let unary = func == Func::Not || func.form() == Form::Method;
    let arity = if unary { 1 } else { 2 };
    Rule {
        name: func.name(),
        form: func.form(),
        arity,
        partials: vec![None; arity],
        costly: false,
        float: false,
        samples: &[],
        kinks: "",
    }
}

/// What stands for an operand in a row.
pub(super) struct Partial(pub Option<Expr>);

/// No derivative with respect to this operand.
pub(super) const NONE: Partial = Partial(None);

impl From<Expr> for Partial {
    fn from(e: Expr) -> Self {
        Partial(Some(e))
    }
}

impl From<&Expr> for Partial {
    fn from(e: &Expr) -> Self {
        Partial(Some(e.clone()))
    }
}

/// The body of `row!`.
pub(super) fn make<const N: usize>(
    func: Func,
    costly: bool,
    partials: impl FnOnce(&Expr, &[Expr; N], &Expr) -> [Partial; N],
    samples: &'static [&'static [f64]],
    kinks: &'static str,
) -> (Func, Rule) {
    let operands = std::array::from_fn(Expr::X);
    let rule = Rule {
        name: func.name(),
        form: func.form(),
        arity: N,
        partials: partials(&Expr::D, &operands, &Expr::Y).into_iter().map(|p| p.0).collect(),
        costly,
        float: true,
        samples,
        kinks,
    };
    (func, rule)
}

/// A row, as shown at the top of this file.
macro_rules! row {
    ($func:ident, costly, $($rest:tt)*) => { row!(@ $func, true, $($rest)*) };
    ($func:ident, cheap, $($rest:tt)*) => { row!(@ $func, false, $($rest)*) };
    (@ $func:ident, $costly:literal, |$d:pat, $x:pat, $v:pat_param| [$($partial:expr),+], at: [$($sample:expr),+]) => {
        row!(@ $func, $costly, |$d, $x, $v| [$($partial),+], at: [$($sample),+], kinks: "")
    };
    (@ $func:ident, $costly:literal, |$d:pat, $x:pat, $v:pat_param| [$($partial:expr),+], at: [$($sample:expr),+],
     kinks: $kinks:literal) => {
        $crate::rules::table::make(
            $crate::rules::Func::$func,
            $costly,
            |$d, $x, $v| [$($crate::rules::table::Partial::from($partial)),+],
            &[$(&$sample),+],
            $kinks,
        )
    };
}
pub(super) use row;
