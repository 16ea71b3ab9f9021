// E0425 cannot find value `C13` in this scope
// seed 5000002
#![allow(warnings)]
use fuzz_rt::check::{arr, arr2, duals, flat, Flat, Mode, Point, Run};
use fuzz_rt::dual::D;

const GAIN: f64 = (0.8);
#[backprop::grad(forward)]
pub fn h0(mut x0: f64, mut x1: f64, x2: f64, k: usize) -> f64 {
    x1 += (match k { 0 => ((k as f64) - x2), _ if x0.tanh().cosh() < x2 * (3 as f64) => (x2 * (k as f64)), _ => (0.7 / (x2.sin() + 2.0)) });
    let mut acc1 = ((x0 + x1.tanh()).midpoint(((x0 + x1) / ((x1.clamp(-0.8, 0.9) * std::f64::consts::FRAC_PI_4) * (x1.clamp(-0.8, 0.9) * std::f64::consts::FRAC_PI_4) + 1.0))));
    x1 -= (((x2.min(x0)) * (acc1 * acc1)) * 0.3).cos();
    x0 = acc1 * x2 + (x1.sin() * 0.9).atanh();
    acc1 *= (k as f64).tanh();
    (x1, acc1) = (acc1, x1 * 0.5 + (k as f64).sin());
    let mut x2 = ((&x2 * &x0) + acc1 / (x1 * x1 + 1.0)) * (f64::sin((x1 * 0.5)) * <f64>::min((x1 * 0.5), acc1.tanh().powi(2)));
    acc1 / (x0.sin() + 2.0) * x1.asinh() + x2.sin() + acc1.sin() - x1 + x0.sin()
}
#[backprop::grad(forward)]
pub fn f(x0: f64, k: bool) -> f64 {
    let y2 = h0(x0 * x0 - -x0, std::f64::consts::FRAC_PI_4 - -x0, (1 as f64) * x0, 0);
    if (if (x0 + 0.1) <= y2 * x0 { x0 } else { y2 }) > (x0 + x0) {
        return 0.5 * y2 + (y2 * 2.0).fract();
    }
    let x0 = (x0.abs() + 0.4).log10() + (y2 + x0) - (x0 + x0 + y2.tanh().sinh());
    let mut acc3 = (&y2 * &(x0 - x0 + x0 / (y2 * y2 + 1.0)));
    let (p4, (_, q5)): (f64, (f64, f64)) = ((x0.cos() + 1.2).powi(-2).signum(), (2.0, GAIN));
    let v6: f64 = if (if (0.25 * acc3) >= ((4 as f64) - x0) { x0 } else { x0 }) > ((p4 * 4.0) as i64 as f64) {
        p4
    } else {
        if (q5 / (acc3.sin() + 2.0)) > 0.5 / ((1 as f64).sin() + 2.0) {
            return ((x0 * x0 + 0.5).sqrt().hypot(((3 as f64) * acc3)));
        }
        acc3 -= (match (2 + 0 + 1) { 0..=1 => (1.25 * -3.0), 2..5 => (&x0 * &acc3), _ => ((3 as f64) - y2) });
        (match 4 { n @ 1..=4 => (q5.min(x0)) * (n as f64), n => (q5.mul_add(p4, 0.3)) + (q5 - x0) * (n as f64) })
    };
    let v10: f64 = 'b11: {
        const C13: f64 = 0.375;
        if (matches!(3, 1 | 3..=4) && (-(2 as f64)) > ((0 as f64) + p4)) {
            break 'b11 ((if (v6.abs() + 1.5).acosh() <= (p4.hypot(v6)) { C13 } else { y2 }).hypot(((2 as f64) + C13)));
        }
        ((p4 * acc3).midpoint((x0.abs() + 0.4).log2()))
    };
    if acc3 < q5 * y2 {
    }
    (0.25 + x0).round() + v10 + q5.sin() + p4 * p4 + acc3 - x0 - y2
}

mod oracle {
    use fuzz_rt::check::Mode;
    use fuzz_rt::dual::{c, D};
const GAIN: D = c(0.8);
pub fn h0(mut x0: D, mut x1: D, x2: D, k: usize) -> D {
    { let rhs_: D = (match k { 0 => (c(k as f64) - x2), _ if x0.tanh().cosh() < x2 * c(3 as f64) => (x2 * c(k as f64)), _ => (c(0.7) / (x2.sin() + c(2.0))) }); x1 += rhs_; }
    let mut acc1 = ((x0 + x1.tanh()).midpoint(((x0 + x1) / ((x1.clamp(c(-0.8), c(0.9)) * c(std::f64::consts::FRAC_PI_4)) * (x1.clamp(c(-0.8), c(0.9)) * c(std::f64::consts::FRAC_PI_4)) + c(1.0)))));
    { let rhs_: D = (((x2.min(x0)) * (acc1 * acc1)) * c(0.3)).cos(); x1 -= rhs_; }
    x0 = acc1 * x2 + (x1.sin() * c(0.9)).atanh();
    { let rhs_: D = c(k as f64).tanh(); acc1 *= rhs_; }
    (x1, acc1) = (acc1, x1 * c(0.5) + c(k as f64).sin());
    let mut x2 = ((&x2 * &x0) + acc1 / (x1 * x1 + c(1.0))) * (D::sin((x1 * c(0.5))) * <D>::min((x1 * c(0.5)), acc1.tanh().powi(2)));
    acc1 / (x0.sin() + c(2.0)) * x1.asinh() + x2.sin() + acc1.sin() - x1 + x0.sin()
}
pub fn f(x0: D, k: bool) -> D {
    let y2 = h0(x0 * x0 - -x0, c(std::f64::consts::FRAC_PI_4) - -x0, c(1 as f64) * x0, 0);
    if (if (x0 + c(0.1)) <= y2 * x0 { x0 } else { y2 }) > (x0 + x0) {
        return c(0.5) * y2 + (y2 * c(2.0)).fract();
    }
    let x0 = (x0.abs() + c(0.4)).log10() + (y2 + x0) - (x0 + x0 + y2.tanh().sinh());
    let mut acc3 = (&y2 * &(x0 - x0 + x0 / (y2 * y2 + c(1.0))));
    let (p4, (_, q5)): (D, (D, D)) = ((x0.cos() + c(1.2)).powi(-2).signum(), (c(2.0), GAIN));
    let v6: D = if (if (c(0.25) * acc3) >= (c(4 as f64) - x0) { x0 } else { x0 }) > c((p4 * c(4.0)).v as i64 as f64) {
        p4
    } else {
        if (q5 / (acc3.sin() + c(2.0))) > c(0.5) / (c(1 as f64).sin() + c(2.0)) {
            return ((x0 * x0 + c(0.5)).sqrt().hypot((c(3 as f64) * acc3)));
        }
        { let rhs_: D = (match (2 + 0 + 1) { 0..=1 => (c(1.25) * c(-3.0)), 2..5 => (&x0 * &acc3), _ => (c(3 as f64) - y2) }); acc3 -= rhs_; }
        (match 4 { n @ 1..=4 => (q5.min(x0)) * c(n as f64), n => (q5.mul_add(p4, c(0.3))) + (q5 - x0) * c(n as f64) })
    };
    let v10: D = 'b11: {
        const C13: D = c(0.375);
        if (matches!(3, 1 | 3..=4) && (-c(2 as f64)) > (c(0 as f64) + p4)) {
            break 'b11 ((if (v6.abs() + c(1.5)).acosh() <= (p4.hypot(v6)) { C13 } else { y2 }).hypot((c(2 as f64) + C13)));
        }
        ((p4 * acc3).midpoint((x0.abs() + c(0.4)).log2()))
    };
    if acc3 < q5 * y2 {
    }
    (c(0.25) + x0).round() + v10 + q5.sin() + p4 * p4 + acc3 - x0 - y2
}
}

pub fn check(run: &mut Run) {
    for _ in 0..3 {
        let mut rng = run.rng();
        let i_k = rng.below(2) == 0;
        let plain = |x: &[f64]| { let mut y = flat(f(x[0], i_k)); y };
        let dual = |x: &[D]| { let mut y = duals(oracle::f(x[0], i_k)); y };
        let grad = |x: &[f64]| {
            let (y, g) = f::value_and_grad(x[0], i_k);
            (flat(y), flat(g), flat(f::grad(x[0], i_k)))
        };
        let into = |x: &[f64], s: f64, b: &[f64]| {
            let first = { let mut d_x0 = b[0]; let y = f::grad_into(x[0], i_k, &mut d_x0); let mut g = Vec::new(); d_x0.flat(&mut g); (flat(y), g) };
            let mut d_x0 = b[0]; let y = f::grad_add(x[0], i_k, s, &mut d_x0); let mut g = Vec::new(); d_x0.flat(&mut g); (first, (flat(y), g))
        };
        let vjp = |x: &[f64], s: &[f64]| {
            let (y, pullback) = f::vjp(x[0], i_k);
            let mut y = flat(y); 
            let mut g = flat(pullback(s[0])); 
            (y, g)
        };
        let jvp = |x: &[f64], d: &[f64]| {
            let (y, t) = f::jvp(x[0], i_k, d[0]);
            (flat(y), flat(t))
        };
        run.at(&Point { inputs: 1, active: &[0], tolerance: 1e-9, plain: &plain, dual: &dual,
            grad: Some(&grad), into: Some(&into), vjp: Some(&vjp), jvp: Some(&jvp) }, &mut rng);
    }
}
