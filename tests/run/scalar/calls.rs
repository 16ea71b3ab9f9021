//! Calls of other `#[grad]` functions: under imports, renames, re-exports, paths, other companion names.

use backprop::grad;

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad]
fn once(x: f64) -> f64 {
    square(x) + x
}

#[test]
fn call_of_a_function_in_scope() {
    check!(once(3.0) => [7.0]);
}

#[grad]
fn several_sites(x: f64, y: f64) -> f64 {
    square(x) * square(y) + square(square(x) + y) - square(2.0)
}

#[test]
fn several_call_sites_and_nested_calls() {
    check_differences!(several_sites(1.2, 0.3));
}

mod inner {
    use backprop::grad;

    #[grad]
    pub fn scaled(x: f64, k: f64) -> f64 {
        k * x.sin()
    }

    #[grad]
    pub(super) fn pair(x: f64, y: f64) -> (f64, f64) {
        (x * y, x - y)
    }

    pub mod deeper {
        use backprop::grad;

        #[grad]
        pub fn shifted(x: f64) -> f64 {
            super::scaled(x, 2.0) + self::cubed(x)
        }

        #[grad]
        pub fn cubed(x: f64) -> f64 {
            x.powi(3)
        }
    }

    pub use deeper::cubed as third_power;
}

use inner::deeper::{self, shifted};
use inner::scaled as wave;

#[grad]
fn under_other_names(x: f64) -> f64 {
    wave(x, 3.0) + shifted(x) * deeper::cubed(x) + inner::third_power(x) + crate::scalar::calls::square(x)
}

#[test]
fn imports_renames_reexports_and_paths() {
    check_differences!(under_other_names(0.7));
}

#[grad]
fn with_a_pair(x: f64) -> f64 {
    let (p, d) = inner::pair(x, x * x);
    p * d
}

#[test]
fn callee_with_a_tuple_result() {
    // x^3 (x - x^2)
    check!(with_a_pair(2.0) => [4.0 * 8.0 - 5.0 * 16.0]);
}

#[grad]
fn passive_argument(x: f64, n: i32) -> f64 {
    x.powi(n)
}

#[grad]
fn caller_of_passive(x: f64) -> f64 {
    passive_argument(x, 3) + passive_argument(2.0, 3) + passive_argument(x * x, 1)
}

#[test]
fn constants_for_differentiable_parameters() {
    check!(caller_of_passive(2.0) => [12.0 + 4.0]);
}

#[grad]
fn in_branches(x: f64, y: f64) -> f64 {
    let r = if square(x) > y { square(y) } else { wave(x, y) };
    match r as i32 {
        0 => r,
        _ => square(r),
    }
}

#[test]
fn calls_in_branches_and_conditions() {
    check_differences!(in_branches(2.0, 1.5));
    check_differences!(in_branches(0.5, 0.6));
}

#[grad(name = reversed_companion)]
fn named(x: f64) -> f64 {
    x * x * x
}

#[grad]
fn caller_of_named(x: f64) -> f64 {
    reversed_companion::value(x) + x
}

#[test]
fn companion_under_another_name() {
    assert_eq!(named(2.0), 8.0);
    assert_eq!(reversed_companion::value(2.0), 8.0);
    assert_eq!(reversed_companion::value_and_grad(2.0), (8.0, 12.0));
    check!(caller_of_named(2.0) => [13.0]);
}

#[test]
fn value_is_the_function_itself() {
    assert_eq!(square::value(3.0), 9.0);
    assert_eq!(inner::pair::value(3.0, 2.0), (6.0, 1.0));
}

#[test]
fn the_function_is_still_a_function() {
    let table: [fn(f64) -> f64; 2] = [square, once];
    assert_eq!(table.map(|f| f(2.0)), [4.0, 6.0]);
    let mapped: Vec<f64> = [1.0, 2.0].into_iter().map(square).collect();
    assert_eq!(mapped, [1.0, 4.0]);
}

#[grad(forward)]
fn forward_callee(x: f64, y: f64) -> f64 {
    x * y.sin()
}

#[grad(forward)]
fn forward_caller(x: f64) -> f64 {
    forward_callee(x, x * x) + forward_callee(x, 2.0)
}

#[test]
fn jvp_goes_through_calls() {
    let x = 0.8f64;
    let slope = (x * x).sin() + x * (x * x).cos() * 2.0 * x + 2.0f64.sin();
    let (value, direction) = forward_caller::jvp(x, 0.5);
    assert_eq!(value, forward_caller(x));
    crate::oracle::assert_close(direction, 0.5 * slope);
    check!(forward_caller(x) => [slope]);
}

#[grad]
fn nested_items(x: f64) -> f64 {
    #[grad]
    fn helper(y: f64) -> f64 {
        y * y * 3.0
    }
    fn passive(n: usize) -> usize {
        n + 1
    }
    helper(x) * passive(1) as f64
}

#[test]
fn functions_inside_the_body() {
    check!(nested_items(2.0) => [24.0]);
}

#[test]
fn annotated_function_inside_a_plain_one() {
    #[grad]
    fn local(x: f64) -> f64 {
        x.exp() * x
    }
    check!(local(0.0) => [1.0]);
}
