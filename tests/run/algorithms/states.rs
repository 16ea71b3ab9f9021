//! Code that carries a state, as people write it, against central differences.
#![allow(unused_assignments)] // a test of just that

use backprop::grad;

#[grad]
fn n_match_state(x: &[f64]) -> f64 {
    let mut state = 0u8;
    let mut a = 1.0;
    let mut b = 0.5;
    for v in x {
        (state, a) = match (state, *v > 0.0) {
            (0, true) => (1, a * v),
            (0, false) => {
                b += a;
                (2, a)
            }
            (1, _) => (2, a + b * v),
            (_, true) => (0, b),
            _ => (state, -a),
        };
    }
    a * b
}

#[test]
fn n_match_state_matches_differences() {
    check_slice!(n_match_state([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_match_state([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[derive(Clone, Copy, PartialEq)]
enum Op {
    Add,
    Mul,
    Neg,
    Swap,
}
#[grad]
fn n_enum_loop(x: &[f64]) -> f64 {
    let prog = [Op::Mul, Op::Swap, Op::Add, Op::Neg, Op::Mul, Op::Add];
    let (mut a, mut b) = (x[0], x[1]);
    for (op, v) in prog.iter().zip(x) {
        match op {
            Op::Add => a += b * v,
            Op::Mul => {
                a *= *v;
                b += 1.0
            }
            Op::Neg => a = -a,
            Op::Swap => std::mem::swap(&mut a, &mut b),
        }
    }
    a * b
}

#[test]
fn n_enum_loop_matches_differences() {
    check_slice!(n_enum_loop([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_enum_loop([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_chunks_mut_enum(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for (i, c) in v.chunks_mut(2).enumerate() {
        let s = c[0] + c[1];
        for e in c.iter_mut() {
            *e = *e / (s * s + 1.0) + i as f64;
        }
        if let [a, b] = c {
            std::mem::swap(a, b);
            *a *= *b;
        }
    }
    for w in 0..v.len() - 1 {
        let (l, r) = v.split_at_mut(w + 1);
        l[w] += r[0] * r[0];
    }
    v.iter().product()
}

#[test]
fn n_chunks_mut_enum_matches_differences() {
    check_slice!(n_chunks_mut_enum([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_chunks_mut_enum([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_vec_of_arrays_mut(x: &[f64]) -> f64 {
    let mut b: Vec<[f64; 3]> = vec![[x[0], x[1], x[2]], [x[3], x[4], x[5]]];
    for _ in 0..2 {
        for i in 0..b.len() {
            let c = b[i];
            b[i] = [c[1], c[2] * c[0], c[0]];
            b[1 - i][0] += c[2];
        }
        for [p, q, r] in b.iter_mut() {
            *p *= *q;
            *r += *p;
        }
        for e in b.iter_mut().flat_map(|a| a.iter_mut()) {
            *e *= 0.9;
        }
    }
    b[0][0] * b[1][1] + b[1][2]
}

#[test]
fn n_vec_of_arrays_mut_matches_differences() {
    check_slice!(n_vec_of_arrays_mut([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_vec_of_arrays_mut([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod n_const_generic_parts {
    use backprop::grad;
    #[grad]
    fn norm<const N: usize>(a: [f64; N], b: &[f64; N]) -> [f64; N] {
        let mut o = [0.0; N];
        let mut s = 0.0;
        for i in 0..N {
            o[i] = a[i] * b[N - 1 - i];
            s += o[i] * o[i];
        }
        for v in o.iter_mut() {
            *v /= s.sqrt() + 1.0;
        }
        o
    }
    #[grad]
    fn n_const_generic(x: &[f64]) -> f64 {
        let a = norm([x[0], x[1]], &[x[2], x[3]]);
        let b = norm([x[4], x[5], a[0]], &[a[1], x[0], 2.0]);
        b[0] + b[1] * b[2] + a[0]
    }
    #[test]
    fn n_const_generic_matches_differences() {
        check_slice!(n_const_generic([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_const_generic([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn n_sum_neg_zero(x: &[f64]) -> f64 {
    let e: [f64; 0] = [];
    let s: f64 = e.iter().sum();
    let v: Vec<f64> = Vec::new();
    let p: f64 = v.iter().product();
    let mut t = s + p;
    for i in 3..3 {
        t += x[i];
    }
    for i in (5..2).rev() {
        t *= x[i];
    }
    t + x[0] * x[1..1].iter().sum::<f64>() + x[2]
}

#[test]
fn n_sum_neg_zero_matches_differences() {
    check_slice!(n_sum_neg_zero([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_sum_neg_zero([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_rng(x: &[f64]) -> f64 {
    let mut seed = 12345u32;
    let mut rng = move || {
        seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
        (seed >> 8) as f64 / 16777216.0
    };
    let mut s = 0.0;
    for v in x {
        let u = rng();
        if rng() > 0.3 {
            s += v * u;
        } else {
            s *= v + rng();
        }
    }
    s
}

#[test]
fn n_rng_matches_differences() {
    check_slice!(n_rng([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_rng([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod n_dropout_parts {
    use backprop::grad;
    struct R(u64);
    impl R {
        fn next(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % 1000) as f64 / 1000.0
        }
    }
    #[grad]
    fn n_dropout(x: &[f64]) -> f64 {
        let mut r = R(88172645463325252);
        let mut h = x.to_vec();
        for _ in 0..3 {
            for e in h.iter_mut() {
                if r.next() < 0.3 {
                    *e = 0.0;
                } else {
                    *e = (*e * r.next()).tanh() + 0.1;
                }
            }
            h.rotate_left(1);
        }
        h.iter().sum()
    }
    #[test]
    fn n_dropout_matches_differences() {
        check_slice!(n_dropout([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_dropout([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}
