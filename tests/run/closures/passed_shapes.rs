//! The shapes of parameters that are functions: generic, by reference, of several arguments and of slices, handed on,
//! in methods, in recursions, constant; and what closures capture.

use crate::oracle::{assert_close, assert_matches_central};
use backprop::{grad, Differentiable, Real};

#[grad(forward)]
fn trapezium(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut s = 0.5 * (f(a) + f(b));
    for i in 1..n {
        s += f(a + i as f64 * h);
    }
    s * h
}
#[grad(forward)]
fn poly_integral(c: &[f64], b: f64) -> f64 {
    trapezium(
        |x| {
            let mut s = 0.0;
            for k in (0..c.len()).rev() {
                s = s * x + c[k];
            }
            s
        },
        0.0,
        b,
        8,
    )
}
#[grad(forward)]
fn newton<F: Fn(f64) -> f64, G>(f: F, df: G, x0: f64) -> f64
where
    G: Fn(f64) -> f64,
{
    let mut x = x0;
    for _ in 0..20 {
        x = x - f(x) / df(x);
    }
    x
}
#[grad(forward)]
fn root(a: f64) -> f64 {
    newton(|x| x * x * x - a, |x| 3.0 * x * x, 1.0)
}
#[grad]
fn adaptive(f: &impl Fn(f64) -> f64, a: f64, b: f64, depth: usize) -> f64 {
    let m = 0.5 * (a + b);
    if depth == 0 {
        return (b - a) * f(m);
    }
    adaptive(f, a, m, depth - 1) + adaptive(f, m, b, depth - 1)
}
#[grad]
fn use_adaptive(k: f64, b: f64) -> f64 {
    adaptive(&|x| (k * x).exp(), 0.0, b, 4)
}
#[grad(forward)]
fn numeric_slope(f: impl Fn(&[f64]) -> f64, x: &[f64], h: f64) -> f64 {
    let mut y = x.to_vec();
    y[0] += h;
    (f(&y) - f(x)) / h
}
#[grad(forward)]
fn slope_of(x: &[f64], k: f64) -> f64 {
    numeric_slope(|v| k * v[0] * v[0] * v[1], x, 0.5)
}
#[grad(forward)]
fn sumsq(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v * v).sum()
}
#[grad(forward)]
fn slope_of_fn(x: &[f64]) -> f64 {
    numeric_slope(sumsq, x, 0.5)
}
#[grad(forward)]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}
#[grad(forward)]
fn four(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    twice(|y| twice(&f, y), x)
}
#[grad(forward)]
fn use_four(k: f64, x: f64) -> f64 {
    four(|t| k * t.sin() + t, x)
}
#[grad(forward)]
fn use_std(x: f64) -> f64 {
    twice(f64::sin, x) + four(f64::cos, x)
}
#[grad]
fn scaled(#[no_grad] f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(0.5) * x
}
#[grad]
fn scaled2(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(0.5) * x
}
#[grad]
fn calls_scaled(x: f64) -> f64 {
    scaled(|t| t * t, x) * scaled2(|t| t + x, x)
}
#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
    rest: f64,
    name: &'static str,
}
#[grad(forward)]
fn energy(s: &Spring, b: f64) -> f64 {
    trapezium(|x| s.k * (x - s.rest), 0.0, b, 4)
}
impl Spring {
    #[grad]
    fn work(&self, b: f64) -> f64 {
        trapezium(|x| self.k * (x - self.rest), 0.0, b, 4)
    }
    #[grad]
    fn apply(&self, f: impl Fn(f64, f64) -> f64, x: f64) -> f64 {
        f(self.k, x) * self.rest
    }
    #[grad]
    fn both(&self, x: f64) -> f64 {
        self.apply(|k, y| k * y * y + x, 2.0 * x)
    }
}
#[grad(forward)]
fn in_loop(a: &[f64], t: f64) -> f64 {
    let mut s = 0.0;
    let mut w = [1.0, t];
    for i in 0..a.len() {
        let k = a[i];
        s += twice(|x| k * x + w[1] * s, w[0]);
        w[0] = w[0] * k + s;
    }
    s
}
#[grad(forward)]
fn stored(a: f64, b: f64) -> f64 {
    let f = |x: f64| a * x * x + b;
    let g = |x: f64| f(x) * a;
    f(b) + twice(f, b) + twice(&g, a)
}
#[grad(forward)]
fn rk4(f: impl Fn(f64, f64) -> f64, y0: f64, h: f64, n: usize) -> f64 {
    let (mut t, mut y) = (0.0, y0);
    for _ in 0..n {
        let k1 = f(t, y);
        let k2 = f(t + h / 2.0, y + h / 2.0 * k1);
        let k3 = f(t + h / 2.0, y + h / 2.0 * k2);
        let k4 = f(t + h, y + h * k3);
        y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        t += h;
    }
    y
}
#[grad(forward)]
fn logistic_growth(r: f64, cap: f64, y0: f64) -> f64 {
    rk4(|_t, y| r * y * (1.0 - y / cap), y0, 0.1, 20)
}
#[grad(forward)]
fn ode<T: Real, F: Fn(T, &[T; 2]) -> [T; 2]>(f: F, y0: [T; 2], h: T, n: usize) -> [T; 2] {
    let mut y = y0;
    let mut t = T::ZERO;
    for _ in 0..n {
        let d = f(t, &y);
        y = [y[0] + h * d[0], y[1] + h * d[1]];
        t += h;
    }
    y
}
#[grad(forward)]
fn oscillator(w: f64, x: f64) -> f64 {
    let y = ode(|_t: f64, y: &[f64; 2]| [y[1], -w * w * y[0]], [x, 0.0], 0.1, 15);
    y[0] * y[1]
}
#[grad(forward)]
fn mapped(f: impl Fn(f64) -> f64, x: &[f64]) -> f64 {
    x.iter().map(|v| f(*v)).sum()
}
#[grad(forward)]
fn use_mapped(x: &[f64], p: f64) -> f64 {
    mapped(|v| v.powf(p), x)
}
#[grad(forward)]
fn bisect(f: impl Fn(f64) -> f64, lo: f64, hi: f64) -> f64 {
    let (mut lo, mut hi) = (lo, hi);
    for _ in 0..3 {
        let m = 0.5 * (lo + hi);
        if f(m) > 0.0 {
            hi = m
        } else {
            lo = m
        }
    }
    (lo * f(hi) - hi * f(lo)) / (f(hi) - f(lo))
}
#[grad(forward)]
fn use_bisect(a: f64) -> f64 {
    bisect(|x| x * x - a, 0.0, a)
}
#[grad]
fn total(f: impl Fn(f64) -> f64, n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += f(i as f64);
    }
    s
}
#[grad]
fn use_total(a: f64) -> f64 {
    total(|i| (a * i).sin(), 4)
}

#[test]
fn poly_integral_gradient() {
    let x = [0.7, -0.3, 0.4, 1.2];
    let (dc, db) = poly_integral::grad(&x[..3], 1.2);
    assert_matches_central(&[dc[0], dc[1], dc[2], db], |v| poly_integral(&v[..3], v[3]), &x);
}

#[test]
fn root_gradient() {
    assert_matches_central(&[root::grad(2.0)], |v| root(v[0]), &[2.0]);
}

#[test]
fn use_adaptive_gradient() {
    let g = use_adaptive::grad(0.7, 1.1);
    assert_matches_central(&[g.0, g.1], |v| use_adaptive(v[0], v[1]), &[0.7, 1.1]);
}

#[test]
fn slope_of_gradient() {
    let x = [0.7, -0.3, 0.4, 1.2];
    let g = slope_of::grad(&x[..2], 1.1);
    assert_matches_central(&[g.0[0], g.0[1], g.1], |v| slope_of(&v[..2], v[2]), &[0.7, -0.3, 1.1]);
}

#[test]
fn slope_of_fn_gradient() {
    let x = [0.7, -0.3, 0.4, 1.2];
    assert_matches_central(&slope_of_fn::grad(&x), |v| slope_of_fn(v), &x);
}

#[test]
fn use_four_gradient() {
    let g = use_four::grad(0.7, 1.1);
    assert_matches_central(&[g.0, g.1], |v| use_four(v[0], v[1]), &[0.7, 1.1]);
}

#[test]
fn use_std_gradient() {
    assert_matches_central(&[use_std::grad(0.7)], |v| use_std(v[0]), &[0.7]);
}

#[test]
fn calls_scaled_gradient() {
    assert_matches_central(&[calls_scaled::grad(0.7)], |v| calls_scaled(v[0]), &[0.7]);
}

#[test]
fn functions_of_constants() {
    assert_matches_central(&[scaled2::grad(|t| t * t, 0.7)], |v| scaled2(|t| t * t, v[0]), &[0.7]);
}

#[test]
fn constant_functions() {
    assert_matches_central(
        &[scaled::grad(|t| t * t, 0.7), scaled::vjp(|t| t, 0.3).1(1.0)],
        |v| scaled(|t| t * t, v[0]) + scaled(|t| t, v[1]),
        &[0.7, 0.3],
    );
}

#[test]
fn energy_gradient() {
    let s = |k, rest| Spring { k, rest, name: "a" };
    let g = energy::grad(&s(0.7, 0.2), 1.1);
    assert_matches_central(&[g.0.k, g.0.rest, g.1], |v| energy(&s(v[0], v[1]), v[2]), &[0.7, 0.2, 1.1]);
}

#[test]
fn work_gradient() {
    let s = |k, rest| Spring { k, rest, name: "a" };
    let g = s(0.7, 0.2).work_grad(1.1);
    assert_matches_central(&[g.0.k, g.0.rest, g.1], |v| s(v[0], v[1]).work(v[2]), &[0.7, 0.2, 1.1]);
}

#[test]
fn both_gradient() {
    let s = |k, rest| Spring { k, rest, name: "a" };
    let g = s(0.7, 0.2).both_grad(1.1);
    assert_matches_central(&[g.0.k, g.0.rest, g.1], |v| s(v[0], v[1]).both(v[2]), &[0.7, 0.2, 1.1]);
}

#[test]
fn in_loop_gradient() {
    let x = [0.7, -0.3, 0.4, 1.2];
    let g = in_loop::grad(&x[..3], 0.4);
    assert_matches_central(
        &[g.0[0], g.0[1], g.0[2], g.1],
        |v| in_loop(&v[..3], v[3]),
        &[0.7, -0.3, 0.4, 0.4],
    );
}

#[test]
fn stored_gradient() {
    let g = stored::grad(0.7, 1.1);
    assert_matches_central(&[g.0, g.1], |v| stored(v[0], v[1]), &[0.7, 1.1]);
}

#[test]
fn logistic_growth_gradient() {
    let g = logistic_growth::grad(0.7, 1.1, 0.3);
    assert_matches_central(&[g.0, g.1, g.2], |v| logistic_growth(v[0], v[1], v[2]), &[0.7, 1.1, 0.3]);
}

#[test]
fn oscillator_gradient() {
    let g = oscillator::grad(0.7, 1.1);
    assert_matches_central(&[g.0, g.1], |v| oscillator(v[0], v[1]), &[0.7, 1.1]);
}

#[test]
fn use_mapped_gradient() {
    let xs = [0.7, 0.3, 0.4];
    let g = use_mapped::grad(&xs, 1.1);
    assert_matches_central(
        &[g.0[0], g.0[1], g.0[2], g.1],
        |v| use_mapped(&v[..3], v[3]),
        &[0.7, 0.3, 0.4, 1.1],
    );
}

#[test]
fn use_bisect_gradient() {
    assert_matches_central(&[use_bisect::grad(2.3)], |v| use_bisect(v[0]), &[2.3]);
}

#[test]
fn use_total_gradient() {
    assert_matches_central(&[use_total::grad(0.7)], |v| use_total(v[0]), &[0.7]);
}

#[test]
fn root_tangent() {
    assert_close(root::jvp(2.0, 1.0).1, root::grad(2.0));
}

#[test]
fn poly_integral_tangent() {
    let x = [0.7, -0.3, 0.4, 1.2];
    let g = poly_integral::grad(&x[..3], 1.2);
    assert_close(
        poly_integral::jvp(&x[..3], 1.2, (&[1.0, 2.0, 3.0], 0.5)).1,
        g.0[0] + 2.0 * g.0[1] + 3.0 * g.0[2] + 0.5 * g.1,
    );
}

#[test]
fn slope_of_tangent() {
    let x = [0.7, -0.3, 0.4, 1.2];
    let g = slope_of::grad(&x[..2], 1.1);
    assert_close(slope_of::jvp(&x[..2], 1.1, (&[1.0, 2.0], 3.0)).1, g.0[0] + 2.0 * g.0[1] + 3.0 * g.1);
}

#[test]
fn slope_of_fn_tangent() {
    let x = [0.7, -0.3, 0.4, 1.2];
    let g = slope_of_fn::grad(&x[..2]);
    assert_close(slope_of_fn::jvp(&x[..2], &[1.0, 2.0]).1, g[0] + 2.0 * g[1]);
}

#[test]
fn use_four_tangent() {
    let g = use_four::grad(0.7, 1.1);
    assert_close(use_four::jvp(0.7, 1.1, (1.0, 2.0)).1, g.0 + 2.0 * g.1);
}

#[test]
fn use_std_tangent() {
    assert_close(use_std::jvp(0.7, 2.0).1, 2.0 * use_std::grad(0.7));
}

#[test]
fn stored_tangent() {
    let g = stored::grad(0.7, 1.1);
    assert_close(stored::jvp(0.7, 1.1, (1.0, 2.0)).1, g.0 + 2.0 * g.1);
}

#[test]
fn in_loop_tangent() {
    let x = [0.7, -0.3, 0.4, 1.2];
    let g = in_loop::grad(&x[..2], 1.1);
    assert_close(in_loop::jvp(&x[..2], 1.1, (&[1.0, 2.0], 3.0)).1, g.0[0] + 2.0 * g.0[1] + 3.0 * g.1);
}

#[test]
fn logistic_growth_tangent() {
    let g = logistic_growth::grad(0.7, 1.1, 0.3);
    assert_close(logistic_growth::jvp(0.7, 1.1, 0.3, (1.0, 2.0, 3.0)).1, g.0 + 2.0 * g.1 + 3.0 * g.2);
}

#[test]
fn oscillator_tangent() {
    let g = oscillator::grad(0.7, 1.1);
    assert_close(oscillator::jvp(0.7, 1.1, (1.0, 2.0)).1, g.0 + 2.0 * g.1);
}

#[test]
fn use_bisect_tangent() {
    assert_close(use_bisect::jvp(2.3, 2.0).1, 2.0 * use_bisect::grad(2.3));
}

#[grad(forward)]
fn captured_vector(x: f64, a: &Vec<f64>) -> f64 {
    let total = a.iter().sum::<f64>();
    trapezium(|t| (t * a[0]).sin() * total + a[a.len() - 1], 0.0, x, 6) * a[1]
}

/// The tangent of a `&Vec` is a slice, that of what the closure has captured a vector.
#[test]
fn a_vector_behind_a_reference_is_captured() {
    let at = [0.7, 0.4, -0.6, 1.1];
    let (x, a) = captured_vector::grad(at[0], &at[1..].to_vec());
    assert_matches_central(&[&[x][..], &a].concat(), |v| captured_vector(v[0], &v[1..].to_vec()), &at);
    let tangent = captured_vector::jvp(at[0], &at[1..].to_vec(), (2.0, &[1.0, 0.5, -1.0])).1;
    assert_close(tangent, 2.0 * x + a[0] + 0.5 * a[1] - a[2]);
}
