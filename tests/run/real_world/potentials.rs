//! lumol: pair potentials with parameters in fields, each beside a hand-written force.
//! The user's change: one attribute per `energy`, and the `force` can go.

use crate::oracle::assert_close;
use backprop::grad;

struct LennardJones {
    sigma: f64,
    epsilon: f64,
}

impl LennardJones {
    #[grad(wrt(r))]
    fn energy(&self, r: f64) -> f64 {
        let s6 = f64::powi(self.sigma / r, 6);
        4.0 * self.epsilon * (f64::powi(s6, 2) - s6)
    }

    fn force(&self, r: f64) -> f64 {
        let s6 = f64::powi(self.sigma / r, 6);
        -24.0 * self.epsilon * (s6 - 2.0 * f64::powi(s6, 2)) / r
    }
}

struct Buckingham {
    a: f64,
    c: f64,
    rho: f64,
}

impl Buckingham {
    #[grad(wrt(r))]
    fn energy(&self, r: f64) -> f64 {
        let r3 = r * r * r;
        let r6 = r3 * r3;
        let exp = f64::exp(-r / self.rho);
        self.a * exp - self.c / r6
    }

    fn force(&self, r: f64) -> f64 {
        let r7 = f64::powi(r, 7);
        self.a / self.rho * f64::exp(-r / self.rho) - 6.0 * self.c / r7
    }
}

struct Morse {
    a: f64,
    x0: f64,
    depth: f64,
}

impl Morse {
    #[grad(wrt(r))]
    fn energy(&self, r: f64) -> f64 {
        let rc = 1.0 - f64::exp((self.x0 - r) * self.a);
        self.depth * rc * rc
    }

    fn force(&self, r: f64) -> f64 {
        let exp = f64::exp((self.x0 - r) * self.a);
        2.0 * self.depth * (1.0 - exp) * exp * self.a * -1.0
    }
}

struct Mie {
    sigma: f64,
    n: f64,
    m: f64,
    prefactor: f64,
}

impl Mie {
    fn new(sigma: f64, epsilon: f64, n: f64, m: f64) -> Self {
        let prefactor = n / (n - m) * (n / m).powf(m / (n - m)) * epsilon;
        Self { sigma, n, m, prefactor }
    }

    #[grad(wrt(r))]
    fn energy(&self, r: f64) -> f64 {
        let ratio = self.sigma / r;
        let repulsive = f64::powf(ratio, self.n);
        let attractive = f64::powf(ratio, self.m);
        self.prefactor * (repulsive - attractive)
    }

    fn force(&self, r: f64) -> f64 {
        let ratio = self.sigma / r;
        self.prefactor * (self.n * ratio.powf(self.n) - self.m * ratio.powf(self.m)) / r
    }
}

#[test]
fn forces_are_minus_the_gradient() {
    let lj = LennardJones { sigma: 2.0, epsilon: 0.8 };
    let buckingham = Buckingham { a: 5.0, c: 3.0, rho: 0.7 };
    let morse = Morse { a: 1.2, x0: 1.3, depth: 0.9 };
    let mie = Mie::new(2.0, 0.8, 10.0, 5.0);
    for r in [1.7, 2.0, 2.6, 5.0] {
        assert_close(-lj.energy_grad(r), lj.force(r));
        assert_close(-buckingham.energy_grad(r), buckingham.force(r));
        assert_close(-morse.energy_grad(r), morse.force(r));
        assert_close(-mie.energy_grad(r), mie.force(r));
    }
}
