//! Generated numbers, comparison of gradients, central differences.

/// A linear congruential generator (Knuth's MMIX constants): the same numbers on every machine.
pub struct Lcg(u64);

impl Lcg {
    /// A generator whose stream depends on `seed` only.
    pub fn new(seed: u64) -> Self {
        let mut lcg = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d);
        lcg.unit();
        lcg
    }

    /// Uniform in `[0, 1)`, from the upper 53 bits.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `[low, high)`.
    pub fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// `n` numbers, uniform in `[low, high)`.
    pub fn vec(&mut self, n: usize, low: f64, high: f64) -> Vec<f64> {
        (0..n).map(|_| self.range(low, high)).collect()
    }

    /// An array, uniform in `[low, high)`.
    pub fn array<const N: usize>(&mut self, low: f64, high: f64) -> [f64; N] {
        std::array::from_fn(|_| self.range(low, high))
    }
}

/// ADBench's distance of two numbers: `|x - y| / max(1, |x| + |y|)`; below 1e-8 passes there.
pub fn adbench_distance(x: f64, y: f64) -> f64 {
    if x == y {
        return 0.0;
    }
    let d = (x - y).abs() / (x.abs() + y.abs()).max(1.0);
    if d.is_nan() {
        f64::INFINITY
    } else {
        d
    }
}

/// The largest [`adbench_distance`] of two gradients; infinite if the lengths differ.
pub fn max_distance(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() {
        return f64::INFINITY;
    }
    a.iter().zip(b).map(|(&x, &y)| adbench_distance(x, y)).fold(0.0, f64::max)
}

/// The largest difference of two gradients in units of the largest entry of `b`; stricter than
/// [`max_distance`] where all entries are small.
pub fn max_relative(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() {
        return f64::INFINITY;
    }
    let scale = b.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let worst =
        a.iter().zip(b).map(|(x, y)| if x == y { 0.0 } else { (x - y).abs() }).fold(0.0, |m: f64, d| {
            if d.is_nan() {
                f64::INFINITY
            } else {
                m.max(d)
            }
        });
    if worst == 0.0 {
        0.0
    } else {
        worst / scale
    }
}

/// Fourth-order central differences of `f` at `at`.
pub fn central(at: &[f64], mut f: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    let mut x = at.to_vec();
    let mut value = |x: &mut [f64], i: usize, to: f64| {
        let keep = std::mem::replace(&mut x[i], to);
        let y = f(x);
        x[i] = keep;
        y
    };
    (0..at.len())
        .map(|i| {
            let h = 1e-3 * at[i].abs().max(0.1);
            let near = value(&mut x, i, at[i] + h) - value(&mut x, i, at[i] - h);
            let far = value(&mut x, i, at[i] + 2.0 * h) - value(&mut x, i, at[i] - 2.0 * h);
            (8.0 * near - far) / (12.0 * h)
        })
        .collect()
}
