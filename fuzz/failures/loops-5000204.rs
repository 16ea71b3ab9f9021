// E0597 `x1` does not live long enough
// seed 5000204
#![allow(warnings)]
use fuzz_rt::check::{arr, arr2, duals, flat, Flat, Mode, Point, Run};
use fuzz_rt::dual::D;

#[backprop::grad(forward)]
pub fn f(x2: f64, a: [f64; 5], mut x0: f64, mut x1: f64) -> f64 {
    let mut a7: [[f64; 3]; 2] = [[0.1; 3], [a[1] + x0, (x1.cos() + 1.2).powi(-2), 0.1]];
    let x1 = (backprop::detach((-(4 as f64))).sin() * 0.9).atanh();
    let v11: f64 = if 0.7 < x1 {
        (if (&x0 * &x1) > x0 { -x1 } else { a7[0][1 % 3] * x0 })
    } else {
        0.7
    };
    a7[1][1] + x0 + a[1] + x2
}

mod oracle {
    use fuzz_rt::check::Mode;
    use fuzz_rt::dual::{c, D};
pub fn f(x2: D, a: [D; 5], mut x0: D, mut x1: D) -> D {
    let mut a7: [[D; 3]; 2] = [[c(0.1); 3], [a[1] + x0, (x1.cos() + c(1.2)).powi(-2), c(0.1)]];
    let x1 = ((-c(4 as f64)).detach().sin() * c(0.9)).atanh();
    let v11: D = if c(0.7) < x1 {
        (if (&x0 * &x1) > x0 { -x1 } else { a7[0][1 % 3] * x0 })
    } else {
        c(0.7)
    };
    a7[1][1] + x0 + a[1] + x2
}
}

pub fn check(run: &mut Run) {
    for _ in 0..3 {
        let mut rng = run.rng();
        let plain = |x: &[f64]| { let mut y = flat(f(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7])); y };
        let dual = |x: &[D]| { let mut y = duals(oracle::f(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7])); y };
        let grad = |x: &[f64]| {
            let (y, g) = f::value_and_grad(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7]);
            (flat(y), flat(g), flat(f::grad(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7])))
        };
        let into = |x: &[f64], s: f64, b: &[f64]| {
            let first = { let mut d_x2 = b[0]; let mut d_a = arr::<_, 5>(&b[1..6]); let mut d_x0 = b[6]; let mut d_x1 = b[7]; let y = f::grad_into(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7], &mut d_x2, &mut d_a, &mut d_x0, &mut d_x1); let mut g = Vec::new(); d_x2.flat(&mut g); d_a.flat(&mut g); d_x0.flat(&mut g); d_x1.flat(&mut g); (flat(y), g) };
            let mut d_x2 = b[0]; let mut d_a = arr::<_, 5>(&b[1..6]); let mut d_x0 = b[6]; let mut d_x1 = b[7]; let y = f::grad_add(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7], s, &mut d_x2, &mut d_a, &mut d_x0, &mut d_x1); let mut g = Vec::new(); d_x2.flat(&mut g); d_a.flat(&mut g); d_x0.flat(&mut g); d_x1.flat(&mut g); (first, (flat(y), g))
        };
        let vjp = |x: &[f64], s: &[f64]| {
            let (y, pullback) = f::vjp(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7]);
            let mut y = flat(y); 
            let mut g = flat(pullback(s[0])); 
            (y, g)
        };
        let jvp = |x: &[f64], d: &[f64]| {
            let (y, t) = f::jvp(x[0], arr::<_, 5>(&x[1..6]), x[6], x[7], (d[0], arr::<_, 5>(&d[1..6]), d[6], d[7]));
            (flat(y), flat(t))
        };
        run.at(&Point { inputs: 8, active: &[0, 1, 2, 3, 4, 5, 6, 7], tolerance: 1e-9, plain: &plain, dual: &dual,
            grad: Some(&grad), into: Some(&into), vjp: Some(&vjp), jvp: Some(&jvp) }, &mut rng);
    }
}
