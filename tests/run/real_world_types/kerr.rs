//! kerr: results through `&mut f64` in nested modules.
//! The user's change: one attribute.

use crate::oracle::assert_matches_central;
use backprop::grad;
mod nested {
    use backprop::grad;
    #[grad]
    pub(crate) fn delta(r: f64, a: f64) -> f64 {
        r * r - 2.0 * r + a * a
    }
    pub mod deeper {
        #[backprop::grad]
        pub(in crate::real_world_types::kerr) fn sigma(r: f64, θ: f64, a: f64) -> f64 {
            r.powi(2) + a.powi(2) * θ.cos().powi(2) + super::delta(r, a) * 0.1
        }
    }
}
#[allow(clippy::too_many_arguments)]
#[grad]
fn _flip(t0: f64, x0: f64, y0: f64, z0: f64, rev: bool, t: &mut f64, x: &mut f64, y: &mut f64, z: &mut f64) {
    let sign = if rev { -1.0 } else { 1.0 };
    *t = if rev { t0 - *t } else { t0 + *t };
    *x += sign * x0;
    let (φ, δ) = (y0.atan2(x0), y0.hypot(z0));
    std::mem::swap(y, z);
    (*y, *z) = (*y * φ.cos() - *z * φ.sin(), *y * φ.sin() + δ * *z);
    if *z < 0.0 {
        *z = -*z;
    } else {
        *y *= 2.0;
    }
}
#[grad]
fn driver(p: [f64; 4], q: [f64; 4], rev: bool) -> f64 {
    let [mut t, mut x, mut y, mut z] = q;
    _flip(p[0], p[1], p[2], p[3], rev, &mut t, &mut x, &mut y, &mut z);
    _flip(if rev { p[1] } else { p[0] }, p[0].max(0.3), p[3], p[2], !rev, &mut t, &mut x, &mut z, &mut y);
    t * x + y.sin() * z + nested::deeper::sigma(x, y, t) * nested::delta(t, z)
}
#[grad]
fn in_place(state: &mut [f64; 4], p: &[f64; 3], steps: usize) -> f64 {
    let mut energy = 0.0;
    for _ in 0..steps {
        let [t, x, y, z] = state;
        _flip(p[0], p[1], p[2], 0.5, false, t, x, y, z);
        energy += *t * *z;
        for v in state.iter_mut() {
            *v *= 0.9;
        }
    }
    energy
}
#[test]
fn gradients_of_kerr() {
    let at = [0.35, 0.8, -0.5, 1.1, 0.2, -0.9, 0.7, 0.4];
    for rev in [false, true] {
        let (a, b) = driver::grad(at[..4].try_into().unwrap(), at[4..].try_into().unwrap(), rev);
        assert_matches_central(
            &[a, b].concat(),
            |v| driver(v[..4].try_into().unwrap(), v[4..].try_into().unwrap(), rev),
            &at,
        );
    }
    let at = [0.3, 0.8, -0.5, 1.1, 0.2, -0.9, 0.7];
    let mut s: [f64; 4] = at[..4].try_into().unwrap();
    let (_, pb) = in_place::vjp(&mut s, at[4..].try_into().unwrap(), 3);
    let mut ds = [0.0; 4];
    let dp = pb(1.0, &mut ds);
    assert_matches_central(
        &[&ds[..], &dp].concat(),
        |v| {
            let mut s = v[..4].try_into().unwrap();
            in_place(&mut s, v[4..].try_into().unwrap(), 3)
        },
        &at,
    );
}
