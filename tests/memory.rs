//! What gradients allocate: nothing with a warm workspace, nothing at all for accumulating loops, and for loops that
//! carry state no more than what they keep. The longest loops run with optimisation only:
//! `cargo test --release --test memory`.

#![allow(clippy::needless_range_loop)] // indices, as users write them

use allocation_counter::measure;
use backprop::{grad, Real, Workspace};

const MIB: u64 = 1 << 20;
const LONG: usize = 10_000_000;

/// L0: arrays of fixed length.
#[grad]
fn straight(a: [f64; 3], b: f64) -> f64 {
    let mut m = [[0.0; 3]; 2];
    for i in 0..3 {
        m[0][i] = a[i] * b;
        m[1][2 - i] = a[i].sin();
    }
    m[0][0] * m[1][1] + m[0][2]
}

/// L1: sums.
#[grad]
fn mean_of_sines(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v.sin();
    }
    s / x.len() as f64
}

/// L2: sums that are scaled later by something that depends on them.
#[grad]
fn norm(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    s.sqrt()
}

/// L3: one carried number.
#[grad]
fn logistic_map(r: f64, n: usize) -> f64 {
    let mut y = 0.3;
    for _ in 0..n {
        y = r * y * (1.0 - y);
    }
    y
}

/// L5: until it is near enough.
#[grad]
fn root(a: f64, b: f64) -> f64 {
    let mut x = a + b;
    while (x * x - a * b).abs() > 1e-9 {
        x = 0.5 * (x + a * b / x);
    }
    x
}

/// L4: costly bodies and slices.
#[grad]
fn recurrent(w: &[f64], x: &[f64]) -> f64 {
    let mut state = [0.0; 2];
    for v in x {
        let next = [(state[1] * w[0] + v).tanh(), (state[0] * w[1] - v).tanh()];
        state = next;
    }
    state[0] * state[1]
}

/// L5: an unknown number of steps.
#[grad]
fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 * a {
        x = 0.5 * (x + a / x);
    }
    x
}

/// L6: linear in place.
#[grad]
fn axpy(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] += 2.5 * x[i];
    }
}

/// In place, not linear: the old elements are kept.
#[grad]
fn scan(x: &[f64]) -> f64 {
    let mut s = 1.0;
    let mut t = 0.0;
    for i in 0..x.len() {
        s *= x[i];
        t += s * s;
    }
    t
}

/// The value is of no interest here.
fn ran(_: f64) {}

/// Allocations of the second call with the same workspace.
fn warm(mut call: impl FnMut(&mut Workspace)) -> u64 {
    let mut workspace = Workspace::default();
    call(&mut workspace);
    measure(|| call(&mut workspace)).count_total
}

#[test]
fn a_warm_workspace_allocates_nothing_in_any_class_of_loop() {
    let x: Vec<f64> = (0..100).map(|i| 0.5 + f64::from(i) * 0.01).collect();
    let mut d = vec![0.0; 100];
    let (mut da, mut db) = ([0.0; 3], 0.0);
    assert_eq!(warm(|w| ran(straight::grad_with(w, [0.1, 0.2, 0.3], 2.0, &mut da, &mut db))), 0, "L0");
    assert_eq!(warm(|w| ran(mean_of_sines::grad_with(w, &x, &mut d))), 0, "L1");
    assert_eq!(warm(|w| ran(norm::grad_with(w, &x, &mut d))), 0, "L2");
    assert_eq!(warm(|w| ran(logistic_map::grad_with(w, 3.7, 1000, &mut db))), 0, "L3");
    let mut dw = vec![0.0; 2];
    assert_eq!(warm(|w| ran(recurrent::grad_with(w, &[0.5, -0.3], &x, &mut dw, &mut d))), 0, "L4");
    assert_eq!(warm(|w| ran(newton::grad_with(w, 2.0, &mut db))), 0, "L5");
    assert_eq!(warm(|w| ran(scan::grad_with(w, &x, &mut d))), 0, "scan");
}

#[test]
fn accumulating_loops_allocate_nothing_at_all() {
    let x: Vec<f64> = (0..1000).map(f64::from).collect();
    let mut d = vec![0.0; 1000];
    assert_eq!(measure(|| ran(mean_of_sines::grad_into(&x, &mut d))).count_total, 0);
    assert_eq!(measure(|| ran(norm::grad_into(&x, &mut d))).count_total, 0);
    let mut out = vec![1.0; 1000];
    let info = measure(|| {
        let ((), pullback) = axpy::vjp(&x, &mut out);
        let mut d_out = [0.5; 1000];
        assert_eq!(pullback((), &mut d_out)[7], 1.25);
    });
    assert_eq!(info.count_total, 1, "the returned vector only");
}

#[test]
fn few_iterations_allocate_nothing_at_all() {
    let near = |x: f64, y: f64| (x - y).abs() < 1e-9;
    let info = measure(|| {
        let (a, b) = root::grad(2.0, 4.5);
        assert!(near(a, 0.75) && near(b, 1.0 / 3.0), "{a} {b}");
        let (y, pullback) = root::vjp(2.0, 4.5);
        assert!(near(y, 3.0) && near(pullback(1.0).0, 0.75));
    });
    assert_eq!(info.count_total, 0);
    let info = measure(|| assert!(near(root::grad(1e9, 1e-5).0, 5e-8)));
    assert!(info.count_total > 0, "twenty steps and more");
}

/// A loop in a loop keeps a number in each round.
#[grad]
fn turns(w: &[f64], rounds: usize) -> f64 {
    let mut state = 0.3;
    for _ in 0..rounds {
        for j in 0..w.len() {
            state = (state * w[j]).sin();
        }
    }
    state
}

#[test]
fn a_nest_of_loops_keeps_its_numbers_in_one_piece() {
    let w = [1.5, -0.7, 1.2, 0.9, 1.1, -1.3, 0.8];
    let mut d = [0.0; 7];
    let info = measure(|| ran(turns::grad_into(&w, 1000, &mut d)));
    assert_eq!(info.count_total, 1, "not copied while it grows");
    assert!(info.bytes_max <= 2 * 8 * 7 * 1000, "{} bytes", info.bytes_max);
    let h = 1e-6;
    for j in 0..7 {
        let moved = |h: f64| {
            let mut w = w;
            w[j] += h;
            turns(&w, 1000)
        };
        let difference = (moved(h) - moved(-h)) / (2.0 * h);
        assert!((d[j] - difference).abs() < 1e-7 * difference.abs().max(1.0), "{j}: {} {difference}", d[j]);
    }
}

/// Vectors that an iteration makes for itself.
#[grad]
fn whitened(w: &[Vec<f64>], x: &[f64], rounds: usize) -> f64 {
    let mut total = 0.0;
    for _ in 0..rounds {
        for row in w {
            let mut o = vec![0.0; x.len()];
            for j in 0..x.len() {
                o[j] = row[j] * x[j];
            }
            for j in 1..x.len() {
                o[j] += o[j - 1] * row[j];
            }
            total += o[x.len() - 1].sin();
        }
    }
    total
}

#[test]
fn scratch_vectors_are_made_once() {
    let (w, x) = (vec![vec![0.5; 9]; 7], [0.3; 9]);
    let (mut d_w, mut d_x) = (w.clone(), x);
    let mut count =
        |rounds| measure(|| ran(whitened::grad_into(&w, &x, rounds, &mut d_w, &mut d_x))).count_total;
    let few = count(1);
    assert!(few <= 4, "{few}");
    assert_eq!(count(100), few);
}

#[derive(Clone, backprop::Differentiable)]
struct Square {
    n: usize,
    data: Vec<f64>,
}

impl Square {
    #[grad]
    fn at(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.n + j]
    }
}

#[grad]
fn scaled(m: &Square, s: f64) -> Square {
    let mut data = vec![0.0; m.data.len()];
    for k in 0..m.data.len() {
        data[k] = s * m.data[k];
    }
    Square { n: m.n, data }
}

#[grad(wrt(s))]
fn norm_of_scaled(m: &Square, s: f64) -> f64 {
    let p = scaled(m, s);
    let mut sum = 0.0;
    for i in 0..m.n {
        for j in 0..m.n {
            sum += p.at(i, j) * p.at(i, j);
        }
    }
    sum
}

/// The cotangent of what a call returned is made once, not for each element that is asked for.
#[test]
fn elements_by_methods_allocate_nothing_each() {
    let n = 40;
    let m = Square { n, data: vec![0.5; n * n] };
    let info = measure(|| assert!((norm_of_scaled::grad(&m, 3.0) - 2.0 * 3.0 * 400.0).abs() < 1e-9));
    assert!(info.count_total < 20, "{info:?}");
}

/// P13.
/// Looks at its first entries only.
#[grad]
fn distance(n: usize, a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += (a[i] - b[i]) * (a[i] - b[i]);
    }
    s
}

/// As in a port from C: the rest of the data goes to each call.
#[grad(wrt(centre))]
fn spread_of(centre: &[f64], data: &[f64]) -> f64 {
    let d = centre.len();
    let mut s = 0.0;
    for p in 0..data.len() / d {
        s += distance(d, &data[p * d..], centre);
    }
    s
}

#[test]
fn constants_of_callees_have_no_buffers() {
    let data: Vec<f64> = (0..3000).map(|i| (f64::from(i) * 0.7).sin()).collect();
    let centre = [0.1, -0.2, 0.3];
    let mut d = [f64::NAN; 3];
    let usage = measure(|| ran(spread_of::grad_into(&centre, &data, &mut d)));
    assert_eq!(usage.count_total, 0);
    for (j, d) in d.iter().enumerate() {
        let expected: f64 = data.iter().skip(j).step_by(3).map(|x| 2.0 * (centre[j] - x)).sum();
        assert!((d - expected).abs() < 1e-11, "{d} {expected}");
    }
}

#[test]
fn p13_empty_slices_allocate_nothing() {
    let mut none: [f64; 0] = [];
    assert_eq!(measure(|| ran(norm::grad_into(&[], &mut none))).count_total, 0);
    assert_eq!(measure(|| ran(scan::grad_into(&[], &mut none))).count_total, 0);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "with optimisation only")]
fn ten_million_elements_are_summed_in_the_memory_of_the_gradient() {
    let x: Vec<f64> = (0..LONG).map(|i| i as f64 * 1e-7).collect();
    let mut d = vec![0.0; LONG];
    let info = measure(|| ran(mean_of_sines::grad_into(&x, &mut d)));
    assert_eq!(info.count_total, 0);
    assert!((d[LONG / 2] - 0.5f64.cos() / LONG as f64).abs() < 1e-20);
    let info = measure(|| ran(norm::grad_into(&x, &mut d)));
    assert_eq!(info.count_total, 0);
    let mut out = vec![0.0; LONG];
    let info = measure(|| {
        let ((), pullback) = axpy::vjp(&x, &mut out);
        assert_eq!(pullback((), &mut d)[LONG - 1], 2.5 * d[LONG - 1]);
    });
    assert!(info.bytes_max <= 8 * LONG as u64, "{} bytes for the gradient alone", info.bytes_max);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "with optimisation only")]
fn ten_million_carried_steps_keep_eight_bytes_each() {
    let mut d = 0.0;
    let info = measure(|| ran(logistic_map::grad_into(2.5, LONG, &mut d)));
    // The fixed point is 1 - 1/r.
    assert!((d - 1.0 / (2.5 * 2.5)).abs() < 1e-12, "{d}");
    assert!(info.bytes_max <= 8 * LONG as u64 + 16 * MIB, "{} bytes", info.bytes_max);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "with optimisation only")]
fn ten_million_elements_in_place() {
    let x: Vec<f64> = (0..LONG).map(|i| 1.0 - 1e-9 * (i % 7) as f64).collect();
    let mut d = vec![0.0; LONG];
    let info = measure(|| ran(scan::grad_into(&x, &mut d)));
    assert!(d.iter().all(|g| g.is_finite()));
    assert!(info.bytes_max <= 8 * LONG as u64 + 16 * MIB, "{} bytes", info.bytes_max);
}

#[grad]
fn recursive(x: f64, n: usize) -> f64 {
    if n == 0 {
        x
    } else {
        (recursive(x, n - 1) * x).sin() + x
    }
}

#[grad(recursive)]
fn even_level(x: f64, n: usize) -> f64 {
    if n == 0 {
        x
    } else {
        x * odd_level(x.sin(), n - 1)
    }
}

#[grad(recursive)]
fn odd_level(x: f64, n: usize) -> f64 {
    if n == 0 {
        1.0
    } else {
        even_level(x * 0.9, n - 1) + x
    }
}

/// Ten times the depth, ten times the memory: what each level keeps is kept once. (A stack that grows by doubling may have up to
/// twice as much.)
const STEP: f64 = 1e-2;

#[grad]
fn by_match(x: f64, a: f64, depth: usize) -> f64 {
    match depth {
        0 => x,
        n => {
            let y = by_match(x, a, n - 1);
            y + STEP * (a - y * y)
        }
    }
}

#[grad]
fn of_any_float<T: Real>(x: T, a: T, depth: u32) -> T {
    if depth == 0 {
        x
    } else {
        let y = of_any_float(x, a, depth - 1);
        y + T::from_f64(STEP) * (a - y * y)
    }
}

#[grad]
fn of_an_array(p: &[f64; 2], depth: u32) -> f64 {
    if depth == 0 {
        return p[0];
    }
    let y = of_an_array(p, depth - 1);
    y + STEP * (p[1] - y * y)
}

/// Horner's scheme.
#[grad]
fn of_the_rest(c: &[f64], x: f64) -> f64 {
    if c.is_empty() {
        return 0.0;
    }
    c[0] + x * of_the_rest(&c[1..], x)
}

#[grad]
fn of_halves(x: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0] * x[0].sin();
    }
    let (a, b) = x.split_at(x.len() / 2);
    of_halves(a) + of_halves(b)
}

#[test]
fn recursion_in_any_shape_keeps_its_levels_in_one_arena() {
    let (x, a) = (0.3, 1.7);
    // y' = y (1 - 2 h y) down the levels
    let mut expected = (x, [1.0, 0.0]);
    for _ in 0..50 {
        let (y, [d_x, d_a]) = expected;
        let c = 1.0 - 2.0 * STEP * y;
        expected = (y + STEP * (a - y * y), [c * d_x, c * d_a + STEP]);
    }
    let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-13, "{got} {expected}");
    let made = |arenas, run: &mut dyn FnMut()| assert_eq!(measure(run).count_total, arenas);
    made(1, &mut || {
        let (d_x, d_a) = by_match::grad(x, a, 50);
        near(d_x, expected.1[0]);
        near(d_a, expected.1[1]);
    });
    made(1, &mut || {
        let (d_x, d_a) = of_any_float::grad(x, a, 50);
        near(d_x, expected.1[0]);
        near(d_a, expected.1[1]);
    });
    made(1, &mut || {
        let [d_x, d_a] = of_an_array::grad(&[x, a], 50);
        near(d_x, expected.1[0]);
        near(d_a, expected.1[1]);
    });
    let c: [f64; 6] = [0.5, -1.0, 2.0, 0.25, -0.75, 1.5];
    let (mut d, mut d_t) = ([f64::NAN; 6], f64::NAN);
    made(1, &mut || ran(of_the_rest::grad_into(&c, 1.1, &mut d, &mut d_t)));
    for (k, d) in d.iter().enumerate() {
        near(*d, 1.1_f64.powi(k as i32));
    }
    near(d_t, (1..6).map(|k| c[k] * k as f64 * 1.1_f64.powi(k as i32 - 1)).sum());
    // One for each half of the first level, however many levels there are.
    made(2, &mut || ran(of_halves::grad_into(&c, &mut d)));
    for (d, c) in d.iter().zip(c) {
        near(*d, c.sin() + c * c.cos());
    }
}

#[test]
fn recursion_of_depth_ten_thousand_in_linear_memory() {
    let run = || {
        for gradient in [recursive::grad as fn(f64, usize) -> f64, even_level::grad] {
            let bytes = |n| measure(|| ran(gradient(0.7, n))).bytes_total;
            let (short, long) = (bytes(1_000), bytes(10_000));
            assert!(short > 0 && long <= 20 * short, "{short} bytes at depth 1000, {long} at depth 10000");
        }
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap().join().unwrap();
}
