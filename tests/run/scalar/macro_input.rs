//! `#[grad]` on functions that a `macro_rules!` writes (T1, T2): precedence of captured expressions, hygiene.

use backprop::grad;

macro_rules! product {
    ($name:ident, $x:ident, $left:expr, $right:expr) => {
        #[grad]
        fn $name($x: f64) -> f64 {
            $left * $right
        }
    };
}

product!(captured_sum, x, x + 1.0, x - 2.0);

/// T1: the group around a captured expression is its parenthesis.
#[test]
fn captured_expressions_keep_their_precedence() {
    assert_eq!(captured_sum(3.0), 4.0);
    check!(captured_sum(3.0) => [5.0]);
}

macro_rules! negative {
    ($name:ident, $x:ident, $inner:expr) => {
        #[grad]
        fn $name($x: f64) -> f64 {
            -$inner
        }
    };
}

negative!(minus_of_a_sum, x, x * x + 0.5);

#[test]
fn minus_of_a_captured_sum() {
    assert_eq!(minus_of_a_sum(1.0), -1.5);
    check!(minus_of_a_sum(1.0) => [-2.0]);
}

macro_rules! method_of {
    ($name:ident, $x:ident, $inner:expr, $method:ident) => {
        #[grad]
        fn $name($x: f64) -> f64 {
            $inner.$method() / $inner
        }
    };
}

method_of!(method_of_a_sum, x, x + 1.0, sin);

#[test]
fn method_of_a_captured_sum() {
    let y = 1.7f64;
    check!(method_of_a_sum(0.7) => [y.cos() / y - y.sin() / (y * y)]);
}

macro_rules! two_variables_of_one_name {
    ($name:ident, $t:ident) => {
        #[grad]
        fn $name($t: f64, y: f64) -> f64 {
            let t = y * y;
            $t * $t * t + $t
        }
    };
}

two_variables_of_one_name!(hygienic, t);

/// T2: a parameter `t` of the caller and a local `t` of the macro are different variables.
#[test]
fn macro_hygiene_of_variables() {
    // t^2 y^2 + t
    assert_eq!(hygienic(2.0, 3.0), 38.0);
    check!(hygienic(2.0, 3.0) => [2.0 * 2.0 * 9.0 + 1.0, 4.0 * 6.0]);
}

macro_rules! family {
    ($($name:ident: $kind:ty => |$x:ident| $body:expr;)*) => {
        $(
            #[grad]
            fn $name($x: $kind) -> $kind {
                $body
            }
        )*
    };
}

family! {
    of_f64: f64 => |x| x * x.exp();
    of_f32: f32 => |x| x * x;
    with_block: f64 => |x| { let y = x * x; y + 1.0 };
    with_branch: f64 => |x| if x > 0.0 { x } else { -2.0 * x };
}

#[test]
fn families_of_functions() {
    check!(of_f64(0.0) => [1.0]);
    check!(of_f32(3.0_f32) => [6.0]);
    check!(with_block(3.0) => [6.0]);
    check!(with_branch(-3.0) => [-2.0]);
}

macro_rules! captured_literal {
    ($name:ident, $k:literal, $p:pat => $value:expr) => {
        #[grad]
        fn $name(x: f64, n: i32) -> f64 {
            match n {
                $p => x * $k,
                _ => $value,
            }
        }
    };
}

captured_literal!(with_literal, 2.5, 1 | 2 => 7.0);

#[test]
fn captured_literals_and_patterns() {
    check!(with_literal(1.0, 2) => [2.5]);
    check!(with_literal(1.0, 3) => [0.0]);
}

macro_rules! by_tokens {
    ($($tokens:tt)*) => {
        $($tokens)*
    };
}

by_tokens! {
    #[grad]
    fn passed_as_tokens(x: f64) -> f64 {
        -x.powi(2) * 3.0
    }
}

#[test]
fn function_passed_through_as_tokens() {
    check!(passed_as_tokens(2.0) => [-12.0]);
}
