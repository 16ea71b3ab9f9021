// E0277 `Mode` has no tangent type: backprop can't differentiate through it
// seed 5000109
#![allow(warnings)]
use fuzz_rt::check::{arr, arr2, duals, flat, Flat, Mode, Point, Run};
use fuzz_rt::dual::D;

#[backprop::grad(forward)]
pub fn h0(x1: f64, #[no_grad] k: Mode, x0: f64) -> f64 {
    x1
}
#[backprop::grad(forward)]
pub fn f(x1: f64) -> f64 {
    let y11 = h0(x1, Mode::B, 0.7);
    y11
}

mod oracle {
    use fuzz_rt::check::Mode;
    use fuzz_rt::dual::{c, D};
pub fn h0(x1: D, k: Mode, x0: D) -> D {
    x1
}
pub fn f(x1: D) -> D {
    let y11 = h0(x1, Mode::B, c(0.7));
    y11
}
}

pub fn check(run: &mut Run) {
    for _ in 0..3 {
        let mut rng = run.rng();
        let plain = |x: &[f64]| { let mut y = flat(f(x[0])); y };
        let dual = |x: &[D]| { let mut y = duals(oracle::f(x[0])); y };
        let grad = |x: &[f64]| {
            let (y, g) = f::value_and_grad(x[0]);
            (flat(y), flat(g), flat(f::grad(x[0])))
        };
        let into = |x: &[f64], s: f64, b: &[f64]| {
            let first = { let mut d_x1 = b[0]; let y = f::grad_into(x[0], &mut d_x1); let mut g = Vec::new(); d_x1.flat(&mut g); (flat(y), g) };
            let mut d_x1 = b[0]; let y = f::grad_add(x[0], s, &mut d_x1); let mut g = Vec::new(); d_x1.flat(&mut g); (first, (flat(y), g))
        };
        let vjp = |x: &[f64], s: &[f64]| {
            let (y, pullback) = f::vjp(x[0]);
            let mut y = flat(y); 
            let mut g = flat(pullback(s[0])); 
            (y, g)
        };
        let jvp = |x: &[f64], d: &[f64]| {
            let (y, t) = f::jvp(x[0], d[0]);
            (flat(y), flat(t))
        };
        run.at(&Point { inputs: 1, active: &[0], tolerance: 1e-9, plain: &plain, dual: &dual,
            grad: Some(&grad), into: Some(&into), vjp: Some(&vjp), jvp: Some(&jvp) }, &mut rng);
    }
}
