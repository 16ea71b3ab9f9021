//! Methods with `&self`, `self`, `&mut self`: the suffixed siblings in the same impl.

use crate::oracle::{assert_all_close, assert_same_bits};
use backprop::{grad, Differentiable, Workspace};

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
struct Spring {
    k: f64,
    rest: f64,
    count: usize,
}

const SPRING: Spring = Spring { k: 3.0, rest: 1.0, count: 2 };

impl Spring {
    #[grad(forward)]
    fn energy(&self, x: f64) -> f64 {
        let d = x - self.rest;
        0.5 * self.k * d * d * self.count as f64
    }

    #[grad(wrt(x))]
    fn energy_of_position(&self, x: f64) -> f64 {
        let d = x - self.rest;
        0.5 * self.k * d * d * self.count as f64
    }

    #[grad]
    fn stiffness(self) -> f64 {
        self.k * self.k / self.rest
    }

    #[grad]
    fn relaxed(&self, x: f64) -> f64 {
        self.energy(x) + self.energy(2.0 * x) + self.stiffness()
    }

    #[grad]
    fn soften(&mut self, by: f64) {
        self.k *= by;
        self.rest += self.k;
    }

    #[grad]
    fn softened_energy(&self, by: f64, x: f64) -> f64 {
        let mut other = *self;
        other.soften(by);
        other.soften(by);
        other.energy(x)
    }
}

#[test]
fn shared_receiver() {
    assert_eq!(SPRING.energy(3.0), 12.0);
    let (value, (d, dx)) = SPRING.energy_value_and_grad(3.0);
    assert_eq!((value, d.k, d.rest, dx), (12.0, 4.0, -12.0, 12.0));
    let (d, dx) = SPRING.energy_grad(3.0);
    assert_eq!((d.k, d.rest, dx), (4.0, -12.0, 12.0));
}

#[test]
fn receiver_left_out_by_wrt() {
    assert_eq!(SPRING.energy_of_position_grad(3.0), 12.0);
}

#[test]
fn receiver_by_value() {
    let d = SPRING.stiffness_grad();
    assert_eq!((d.k, d.rest), (6.0, -9.0));
}

#[test]
fn all_siblings() {
    let mut d = SpringTangent { k: f64::NAN, rest: f64::NAN };
    let mut dx = f64::NAN;
    assert_same_bits(SPRING.energy_grad_into(3.0, &mut d, &mut dx), 12.0);
    assert_eq!((d.k, d.rest, dx), (4.0, -12.0, 12.0));
    SPRING.energy_grad_add(3.0, 2.0, &mut d, &mut dx);
    assert_eq!((d.k, d.rest, dx), (12.0, -36.0, 36.0));
    SPRING.energy_grad_with(&mut Workspace::default(), 3.0, &mut d, &mut dx);
    assert_eq!((d.k, d.rest, dx), (4.0, -12.0, 12.0));
    let (_, pullback) = SPRING.energy_vjp(3.0);
    let (d, dx) = pullback(0.5);
    assert_eq!((d.k, d.rest, dx), (2.0, -6.0, 6.0));
    let (_, along) = SPRING.energy_jvp(3.0, (SpringTangent { k: 1.0, rest: 0.0 }, 10.0));
    assert_eq!(along, 124.0);
}

#[test]
fn methods_call_methods() {
    let (d, dx) = SPRING.relaxed_grad(3.0);
    assert_all_close(&[d.k, d.rest, dx], &[4.0 + 25.0 + 6.0, -12.0 - 30.0 - 9.0, 12.0 + 60.0]);
}

#[test]
fn mutable_receiver() {
    let mut spring = SPRING;
    let ((), pullback) = spring.soften_vjp(2.0);
    assert_eq!((spring.k, spring.rest), (6.0, 7.0));
    let mut d = SpringTangent { k: 1.0, rest: 10.0 };
    let d_by = pullback((), &mut d);
    // k' = k b, r' = r + k b
    assert_eq!((d.k, d.rest, d_by), (22.0, 10.0, 33.0));
}

#[test]
fn mutable_receivers_inside_a_body() {
    // k b^2, r + k b + k b^2
    let (k, r, b, x) = (3.0, 1.0, 0.5, 4.0);
    let e = x - r - k * b - k * b * b;
    let stiff = k * b * b;
    let (d, d_by, dx) = SPRING.softened_energy_grad(b, x);
    assert_all_close(&[dx, d.rest], &[2.0 * stiff * e, -2.0 * stiff * e]);
    assert_all_close(&[d.k], &[b * b * e * e - 2.0 * stiff * e * (b + b * b)]);
    assert_all_close(&[d_by], &[2.0 * k * b * e * e - 2.0 * stiff * e * (k + 2.0 * k * b)]);
}

struct Fixed {
    table: Vec<f64>,
}

impl Fixed {
    #[grad(wrt(x))]
    fn interpolate(&self, x: f64) -> f64 {
        let cell = (x as usize).min(self.table.len() - 2);
        let u = x - cell as f64;
        self.table[cell] * (1.0 - u) + self.table[cell + 1] * u
    }
}

#[test]
fn receivers_without_the_derive_are_passive() {
    let fixed = Fixed { table: vec![1.0, 3.0, 2.0] };
    assert_eq!(fixed.interpolate_value_and_grad(0.5), (2.0, 2.0));
    assert_eq!(fixed.interpolate_value_and_grad(1.5), (2.5, -1.0));
}

/// Methods of constants whose result nobody wants: rustc sees that they are differentiated ones.
mod of_constants {
    use backprop::{grad, Differentiable};
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    static CALLS: AtomicUsize = AtomicUsize::new(0);

    #[derive(Clone, Copy, Differentiable)]
    struct Meter {
        scale: f64,
    }

    impl Meter {
        #[grad]
        fn read(&self, x: f64) -> f64 {
            CALLS.fetch_add(1, SeqCst);
            self.scale * x
        }
    }

    #[grad(forward, wrt(x))]
    fn measured(x: f64, meter: &Meter, n: usize) -> f64 {
        let mut y = x;
        for _ in 0..n {
            meter.read(y);
            let _ = meter.read(2.0 * x);
            y *= x;
        }
        y
    }

    #[test]
    fn whose_result_is_ignored() {
        let meter = Meter { scale: 3.0 };
        assert_eq!(measured::grad(2.0, &meter, 2), 12.0);
        assert_eq!(CALLS.swap(0, SeqCst), 4);
        assert_eq!(measured::jvp(2.0, &meter, 2, 0.5), (8.0, 6.0));
        assert_eq!(CALLS.swap(0, SeqCst), 4);
        assert_eq!(measured::vjp(2.0, &meter, 2).1(1.0), 12.0);
    }
}
