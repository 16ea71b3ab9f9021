//! Functions written by `macro_rules!`.
#![deny(warnings)]

use backprop::grad;

// Groups without delimiters keep their precedence.
macro_rules! product {
    ($name:ident, $x:ident, $y:ident, $e:expr) => {
        #[grad(forward)]
        pub fn $name($x: f64, $y: f64) -> f64 {
            $e * $y
        }
    };
}
product!(sum_times, x, y, x + 1.0);

macro_rules! negated {
    ($name:ident, $x:ident, $e:expr) => {
        #[grad]
        pub fn $name($x: f64) -> f64 {
            -$e
        }
    };
}
negated!(minus, x, x - 1.0);

macro_rules! method {
    ($name:ident, $x:ident, $e:expr, $ty:ty) => {
        #[grad]
        pub fn $name($x: $ty) -> $ty {
            $e.powi(2) + $e as f64 * 2.0
        }
    };
}
method!(squared, x, x + 1.0, f64);

// Two variables `t` that are not the same.
macro_rules! two_contexts {
    ($name:ident, $t:ident) => {
        #[grad]
        pub fn $name($t: f64, y: f64) -> f64 {
            let t = y * 2.0;
            t * t * $t
        }
    };
}
two_contexts!(contexts, t);

macro_rules! pieces {
    ($name:ident, $t:ty, $p:pat, $body:block, $n:literal, $v:vis, $($arg:ident),*) => {
        #[grad]
        $v fn $name($($arg: $t),*) -> $t {
            let $p = ($($arg * $n),*);
            $body
        }
    };
}
pieces!(assembled, f64, (a, b), { a * b + 0.5 }, 2.0, pub, x, y);

macro_rules! for_types {
    ($($name:ident: $t:ty),*) => {$(
        #[grad]
        pub fn $name(x: $t, a: &[$t]) -> $t {
            let mut s = x;
            for v in a {
                s += x * v;
            }
            s
        }
    )*};
}
for_types!(single: f32, double: f64);

macro_rules! repeated {
    ($name:ident: $($c:expr),*) => {
        #[grad]
        pub fn $name(x: f64) -> f64 {
            let mut s = 0.0;
            $(s = s * x + $c;)*
            s
        }
    };
}
repeated!(polynomial: 1.0, 2.0 - 4.0, 3.0);

#[test]
fn gradients() {
    assert_eq!(sum_times(1.5, 2.0), 5.0);
    assert_eq!(sum_times::value_and_grad(1.5, 2.0), (5.0, (2.0, 2.5)));
    assert_eq!(sum_times::jvp(1.5, 2.0, (1.0, 1.0)), (5.0, 4.5));
    assert_eq!((minus(0.5), minus::grad(0.5)), (0.5, -1.0));
    assert_eq!(squared::value_and_grad(2.0), (15.0, 8.0));
    assert_eq!(contexts::value_and_grad(1.5, 1.5), (13.5, (9.0, 18.0)));
    assert_eq!(assembled::value_and_grad(1.5, 2.0), (12.5, (8.0, 6.0)));
    assert_eq!(single::grad(2.0, &[1.0, 2.0]), (4.0, vec![2.0, 2.0]));
    assert_eq!(double::grad(2.0, &[1.0, 2.0]), (4.0, vec![2.0, 2.0]));
    assert_eq!(polynomial::value_and_grad(3.0), (6.0, 4.0));
}
