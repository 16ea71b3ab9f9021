//! Methods of `impl<T: Real>`, whose type parameter the attribute does not see.

use crate::oracle::{assert_close, assert_close_f32, assert_matches_central};
use backprop::{grad, Differentiable, Real};

#[derive(Clone, Copy, Differentiable)]
struct V3<T: Real>([T; 3]);

impl<T: Real> V3<T> {
    #[grad]
    fn dot(self, o: V3<T>) -> T {
        (0..3).map(|i| self.0[i] * o.0[i]).sum()
    }

    #[grad]
    fn norm(self) -> T {
        self.dot(self).sqrt()
    }

    #[grad]
    fn softened(&self) -> Self {
        let n = self.norm();
        V3([self.0[0].tanh(), self.0[1].ln_1p() / n, self.0[2].powi(3) * n.cbrt()])
    }

    /// Methods with the names of the table, but other parameters.
    #[grad]
    fn atan2(&self) -> T {
        self.0[1].atan2(self.0[0])
    }

    #[grad]
    fn log(&self) -> T {
        self.norm().ln() + self.0[2].log10()
    }
}

#[grad]
fn whole<T: Real>(v: &V3<T>, k: T) -> T {
    let soft = v.softened();
    let size = soft.norm();
    let shifted = V3([v.0[0] + k, v.0[1], v.0[2]]);
    size.sqrt() * shifted.atan2() + shifted.log() / size.exp_m1()
}

#[test]
fn numbers_of_the_type_parameter() {
    let at = [0.4, 0.8, 1.3, 0.6];
    let v = |x: &[f64]| V3([x[0], x[1], x[2]]);
    let (d, k) = whole::grad::<f64>(&v(&at), at[3]);
    assert_matches_central(&[d.0[0], d.0[1], d.0[2], k], |x| whole(&v(x), x[3]), &at);
    let (single, _) = whole::grad::<f32>(&V3([0.4, 0.8, 1.3]), 0.6);
    assert_close_f32(single.0[1], d.0[1] as f32);
}

#[test]
fn a_method_alone() {
    let d = V3([3.0, 0.0, 4.0]).norm_grad();
    assert_close(d.0[0], 0.6);
    assert_close(d.0[2], 0.8);
}
