//! The table.

use super::Expr;

/// How the operation is written in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `a + b`, `-a`, `!a`.
    Operator(&'static str),
    /// `a.sin()`, `f64::sin(a)`.
    Method,
}

/// What the compiler knows of an operation.
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
}

macro_rules! functions {
    ($($variant:ident $name:literal),* $(,)?) => {
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
        }
    };
}

functions! {
    Add "add", Sub "sub", Mul "mul", Div "div", Rem "rem", Neg "neg",
    Lt "lt", Le "le", Gt "gt", Ge "ge", Eq "eq", Ne "ne",
    And "and", Or "or", Not "not", BitAnd "bitand", BitOr "bitor", BitXor "bitxor", Shl "shl", Shr "shr",
    Abs "abs", Signum "signum", Copysign "copysign", Floor "floor", Ceil "ceil", Round "round",
    RoundTiesEven "round_ties_even", Trunc "trunc", Fract "fract", Recip "recip",
    RemEuclid "rem_euclid", DivEuclid "div_euclid", MulAdd "mul_add", Max "max", Min "min", Clamp "clamp",
    Midpoint "midpoint", AbsSub "abs_sub", ToDegrees "to_degrees", ToRadians "to_radians",
    Powi "powi", Powf "powf", Sqrt "sqrt", Cbrt "cbrt", Hypot "hypot",
    Exp "exp", Exp2 "exp2", ExpM1 "exp_m1", Ln "ln", Ln1p "ln_1p", Log "log", Log2 "log2", Log10 "log10",
    Sin "sin", Cos "cos", Tan "tan", Asin "asin", Acos "acos", Atan "atan", Atan2 "atan2",
    Sinh "sinh", Cosh "cosh", Tanh "tanh", Asinh "asinh", Acosh "acosh", Atanh "atanh",
    IsNan "is_nan", IsFinite "is_finite", IsInfinite "is_infinite", IsNormal "is_normal",
    IsSignPositive "is_sign_positive", IsSignNegative "is_sign_negative",
}

impl Func {
    /// The operation that a method of this name is.
    pub fn from_method(name: &str) -> Option<Func> {
        Func::ALL.iter().copied().find(|f| f.name() == name && rule(*f).form == Form::Method)
    }
}

/// The row of an operation.
pub fn rule(func: Func) -> Rule {
    let _ = (func, Expr::D);
    todo!("rows")
}
