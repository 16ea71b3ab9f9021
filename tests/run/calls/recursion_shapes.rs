//! Recursive functions whose cotangents go down and come back in every way, against the same body over dual numbers.

use crate::oracle::{assert_all_close, assert_all_same_bits, assert_close_to, assert_same_bits, dual, Flat};
use backprop::grad;
use num_dual::{Dual64, DualNum};

/// The function, and in `$dual` the same body over dual numbers.
macro_rules! twin {
    ($dual:ident: fn $f:ident($($x:ident),*; $($n:ident: $t:ty),*) { $($body:tt)* }) => {
        #[grad]
        fn $f($($x: f64,)* $($n: $t),*) -> f64 { $($body)* }

        mod $dual {
            #[allow(unused_imports)] // methods of floats, where there are any
            use num_dual::{Dual64, DualNum as _};
            pub fn $f($($x: Dual64,)* $($n: $t),*) -> Dual64 { $($body)* }
        }
    };
}

macro_rules! compare {
    ($dual:ident::$f:ident($($x:expr),*; $($n:expr),*)) => {{
        let (value, gradient) = $f::value_and_grad($($x,)* $($n),*);
        assert_same_bits(value, $f($($x,)* $($n),*));
        let rebuilt = |x: &[num_dual::Dual64]| {
            let mut x = x.iter().copied();
            $dual::$f($({ let _: f64 = $x; x.next().expect("an input") },)* $($n),*)
        };
        let (_, expected) = dual(rebuilt, &[$($x),*]);
        assert_all_close(&gradient.flat(), &expected);
        let pullback = |seed: f64| $f::vjp($($x,)* $($n),*).1(seed).flat();
        assert_all_close(&pullback(1.0), &expected);
        let doubled: Vec<f64> = pullback(1.0).iter().map(|d| 2.0 * d).collect();
        assert_all_same_bits(&pullback(2.0), &doubled);
    }};
}

twin!(dual_euler: fn euler(x, a; depth: u32) {
    if depth == 0 {
        x
    } else {
        let y = euler(x, a, depth - 1);
        y + (a - y * y) * 0.1
    }
});

#[test]
fn number_is_passed_on() {
    for depth in [0, 1, 2, 20] {
        compare!(dual_euler::euler(0.3, 1.7; depth));
    }
}

twin!(dual_fib: fn fib(x, y; n: usize) {
    if n < 2 {
        x.sin() * y
    } else {
        let (a, b) = (fib(x, y, n - 1), fib(x, y, n - 2));
        a * 0.5 + b * a * 0.25 + x
    }
});

#[test]
fn two_calls_add_to_the_same_cotangents() {
    for n in 0..8 {
        compare!(dual_fib::fib(0.7, 1.3; n));
    }
}

twin!(dual_swapped: fn swapped(x, y; n: u32) {
    if n == 0 {
        x * x * y
    } else {
        swapped(y, x, n - 1) * x
    }
});

#[test]
fn arguments_change_places() {
    for n in 0..6 {
        compare!(dual_swapped::swapped(0.7, 1.3; n));
    }
}

twin!(dual_same: fn same(x, y; n: u32) {
    if n == 0 {
        x * x.cos() * y
    } else {
        same(x, x, n - 1) + y * y
    }
});

#[test]
fn one_number_for_two_parameters() {
    for n in 0..5 {
        compare!(dual_same::same(0.7, 1.3; n));
    }
}

twin!(dual_scaled: fn scaled(x, y; n: u32) {
    if n == 0 {
        (x * y).sin()
    } else {
        scaled(x * 0.7, y, n - 1) + x * y
    }
});

#[test]
fn one_cotangent_comes_back_and_one_goes_down() {
    for n in 0..6 {
        compare!(dual_scaled::scaled(0.7, 1.3; n));
    }
}

twin!(dual_accumulated: fn accumulated(sum, x; n: u32) {
    if n == 0 {
        return sum.exp();
    }
    accumulated(sum * 0.5 + x.sin(), x, n - 1)
});

#[test]
fn result_is_built_on_the_way_up() {
    for n in 0..6 {
        compare!(dual_accumulated::accumulated(0.2, 1.3; n));
    }
}

twin!(dual_tree: fn tree(x, y; depth: usize, width: usize) {
    let mut sum = x * y;
    if depth > 0 {
        for k in 0..width {
            sum += tree(x, y, depth - 1, k) * 0.3 + tree(x, y * 0.5, depth - 1, width / 2);
        }
    }
    sum
});

#[test]
fn calls_in_a_loop() {
    for depth in 0..4 {
        for width in 0..4 {
            compare!(dual_tree::tree(0.7, 1.3; depth, width));
        }
    }
}

twin!(dual_chosen: fn chosen(x, y; n: u32, left: bool) {
    match n {
        0 => x * y,
        1 if left => chosen(y, x, 0, false),
        _ if x * 2.0 > y => chosen(x, y, n - 1, !left) * x,
        _ => {
            let half = chosen(x, y, n / 2, left);
            half * half + y
        }
    }
});

#[test]
fn calls_in_several_arms() {
    for n in 0..7 {
        for left in [false, true] {
            compare!(dual_chosen::chosen(0.7, 1.3; n, left));
            compare!(dual_chosen::chosen(0.4, 1.3; n, left));
        }
    }
}

twin!(dual_dropped: fn dropped(x, y; n: u32) {
    if n == 0 {
        x * y
    } else {
        let c = x * 0.0 + 0.25;
        dropped(c, y, n - 1) * x + dropped(x, c, n - 1)
    }
});

#[grad]
fn constants(x: f64, y: f64, n: u32) -> f64 {
    if n == 0 {
        x * y
    } else {
        constants(0.25, y, n - 1) * x + constants(x, 0.25, n - 1)
    }
}

#[test]
fn constant_arguments() {
    for n in 0..5 {
        compare!(dual_dropped::dropped(0.7, 1.3; n));
        let (_, expected) = dual(|v| dual_dropped::dropped(v[0], v[1], n), &[0.7, 1.3]);
        assert_all_close(&constants::grad(0.7, 1.3, n).flat(), &expected);
    }
}

twin!(dual_unused: fn unused(x, y; n: u32) {
    if n == 0 { x } else { unused(x, y, n - 1) * x }
});

#[test]
fn parameter_without_influence() {
    compare!(dual_unused::unused(0.7, 1.3; 4));
}

/// Single precision; the integers of the next level are read from a table.
#[grad]
fn steps(x: f32, n: u8, table: &[u8]) -> f32 {
    match table.first() {
        Some(step) if n > *step => x * steps(x, n - *step, &table[1..]) + x,
        Some(_) => x * x,
        None => x.sin(),
    }
}

fn dual_steps(x: Dual64, n: u8, table: &[u8]) -> Dual64 {
    match table.first() {
        Some(step) if n > *step => x * dual_steps(x, n - *step, &table[1..]) + x,
        Some(_) => x * x,
        None => x.sin(),
    }
}

#[test]
fn integers_that_are_read_from_a_table() {
    for n in 0..7 {
        let (value, d) = steps::value_and_grad(0.75, n, &[1, 2, 1]);
        assert_eq!(value.to_bits(), steps(0.75, n, &[1, 2, 1]).to_bits());
        let (_, expected) = dual(|v| dual_steps(v[0], n, &[1, 2, 1]), &[0.75]);
        assert_close_to(f64::from(d), expected[0], 1e-6);
    }
}

/// Arithmetic of the integers runs again only where it ran: `n - 1` of zero would overflow.
#[grad]
fn to_the_ground<T: backprop::Real>(x: T, y: f64, n: usize, step: usize) -> f64 {
    if n < step || step == 0 {
        return y;
    }
    y * to_the_ground(x, y, n - step, step) + 1.0
}

#[test]
fn generic_and_with_steps() {
    for (n, step) in [(0, 0), (0, 1), (5, 2), (7, 3)] {
        let (value, (_, d_y)) = to_the_ground::value_and_grad(1.0f64, 0.9, n, step);
        assert_same_bits(value, to_the_ground(1.0f64, 0.9, n, step));
        let times = if step == 0 { 0 } else { n / step };
        let poly = |y: num_dual::Dual64| (0..times).fold(y, |p, _| y * p + 1.0);
        let (_, expected) = dual(|v| poly(v[0]), &[0.9]);
        assert_all_close(&[d_y], &expected);
    }
}

/// Down to the last level and back, in a stack that holds the plain function with room for little more.
#[test]
fn deep_recursion_takes_no_more_stack_than_the_function_needs() {
    let run = || {
        let (value, gradient) = euler::value_and_grad(0.3, 1.7, 10_000);
        assert_same_bits(value, euler(0.3, 1.7, 10_000));
        assert!(gradient.1.is_finite());
    };
    std::thread::Builder::new().stack_size(16 << 20).spawn(run).unwrap().join().unwrap();
}
