//! Forward mode: constants of a struct, which have no tangent, where a number with one may stand too.

use crate::oracle::{assert_all_close_to, DIFFERENCES};
use backprop::{grad, Differentiable};

#[derive(Clone, Copy, Differentiable)]
struct Config {
    gain: f64,
    #[no_grad]
    limit: f64,
    rows: usize,
    columns: usize,
}

const CONFIG: Config = Config { gain: 2.0, limit: 5.0, rows: 3, columns: 2 };
const AT: f64 = 1.3;

/// The slope along `gain + s / 2`, `x + 0.7 s`, by central differences.
fn slopes<const N: usize>(f: impl Fn(&Config, f64) -> [f64; N]) -> [f64; N] {
    let h = 1e-5;
    let at = |s: f64| f(&Config { gain: CONFIG.gain + 0.5 * s, ..CONFIG }, AT + 0.7 * s);
    let (up, down) = (at(h), at(-h));
    std::array::from_fn(|k| (up[k] - down[k]) / (2.0 * h))
}

fn along() -> (ConfigTangent, f64) {
    (ConfigTangent { gain: 0.5 }, 0.7)
}

#[grad(forward)]
fn product(x: f64, y: f64) -> f64 {
    x.sin() * y
}

#[grad(forward)]
fn joined(c: &Config, x: f64, pick: u8) -> f64 {
    let k = match pick {
        0 => c.limit,
        1 => c.gain,
        _ => x,
    };
    let mut m = c.limit;
    if pick > 0 {
        m = x * k;
    }
    let n = if pick == 2 { c.rows } else { c.columns };
    m * k * c.gain * n as f64
}

#[test]
fn branches() {
    for pick in 0..3 {
        let (_, slope) = joined::jvp(&CONFIG, AT, pick, along());
        assert_all_close_to(&[slope], &slopes(|c, x| [joined(c, x, pick)]), DIFFERENCES);
    }
}

#[grad(forward)]
fn carried(c: &Config, x: f64) -> f64 {
    let mut k = c.limit;
    for i in 0..c.rows {
        k = k * x + i as f64;
    }
    k * c.gain
}

#[grad(forward)]
fn handed_on(c: &Config, x: f64) -> f64 {
    product(c.limit, x) * product(c.gain, c.limit + 1.0)
}

#[grad(forward)]
fn returned(c: Config) -> f64 {
    c.limit
}

#[test]
fn loops_calls_and_results() {
    let (_, a) = carried::jvp(&CONFIG, AT, along());
    let (_, b) = handed_on::jvp(&CONFIG, AT, along());
    assert_all_close_to(&[a, b], &slopes(|c, x| [carried(c, x), handed_on(c, x)]), DIFFERENCES);
    assert_eq!(returned::jvp(CONFIG, along().0), (5.0, 0.0));
}

#[grad(forward)]
fn collected(c: &Config, x: f64) -> [f64; 3] {
    let limit = c.limit;
    let all = vec![limit, x, c.gain];
    let some = if x > 0.0 { Some(limit) } else { None };
    [c.limit, all[0] * all[1] * all[2], some.unwrap_or(x) + x * x]
}

#[grad(forward)]
fn written(c: &Config, x: &mut [f64]) {
    x[0] = c.limit;
    x[1] *= c.limit;
    x[2] = c.gain * x[1];
}

#[grad(forward)]
fn made(c: Config, x: f64) -> Config {
    let base = Config { limit: 3.0, rows: c.columns, ..c };
    Config { gain: base.gain * x * c.limit, limit: c.limit, rows: base.rows, columns: c.rows }
}

#[test]
fn arrays_options_and_structs() {
    let (_, slope) = collected::jvp(&CONFIG, AT, along());
    assert_all_close_to(&slope, &slopes(collected), DIFFERENCES);
    let (_, slope) = made::jvp(CONFIG, AT, along());
    assert_all_close_to(&[slope.gain], &slopes(|c, x| [made(*c, x).gain]), DIFFERENCES);
    let mut x = [1.0, 2.0, 3.0];
    let mut t = [0.1, 0.2, 0.3];
    written::jvp(&CONFIG, &mut x, along().0, &mut t);
    // 5, 5 x1, 5 gain x1
    assert_all_close_to(&t, &[0.0, 1.0, 5.0 * (0.5 * 2.0 + 2.0 * 0.2)], 1e-12);
}

/// What the callee takes as a constant, given constant fields: by value, by reference, and their elements.
mod given_to_constants {
    use crate::oracle::assert_matches_central;
    use backprop::{grad, Differentiable};

    #[derive(Clone, Debug, Differentiable)]
    struct Table {
        x: f64,
        #[no_grad]
        scale: f64,
        #[no_grad]
        knots: [f64; 3],
        index: Vec<usize>,
    }

    #[grad]
    fn scaled(x: f64, #[no_grad] scale: f64) -> f64 {
        x * x * scale
    }

    #[grad(forward)]
    fn looked_up(x: f64, #[no_grad] knots: &[f64], index: &[usize]) -> f64 {
        x.sin() * knots[index[0]]
    }

    #[grad(forward)]
    fn of_all(x: f64, #[no_grad] table: &Table) -> f64 {
        x.exp() * table.scale
    }

    #[grad]
    fn by_value(t: &Table, x: f64) -> f64 {
        scaled(x * t.x, t.scale) + t.x
    }

    #[grad(forward)]
    fn by_reference(t: &Table, x: f64) -> f64 {
        looked_up(x * t.x, &t.knots, &t.index) * x
    }

    #[grad(forward, wrt(x))]
    fn whole(t: &Table, x: f64) -> f64 {
        of_all(x, t)
    }

    #[test]
    fn they_are_taken() {
        let table = |x| Table { x, scale: 3.0, knots: [1.0, 2.0, 0.5], index: vec![1, 2] };
        let (d_t, d_x) = by_value::grad(&table(0.7), 1.3);
        assert_matches_central(&[d_t.x, d_x], |v| by_value(&table(v[0]), v[1]), &[0.7, 1.3]);
        let (d_t, d_x) = by_reference::grad(&table(0.7), 1.3);
        assert_matches_central(&[d_t.x, d_x], |v| by_reference(&table(v[0]), v[1]), &[0.7, 1.3]);
        let along = by_reference::jvp(&table(0.7), 1.3, (d_t.clone(), 2.0)).1;
        assert!((along - d_t.x * d_t.x - 2.0 * d_x).abs() < 1e-12);
        assert_eq!(whole::grad(&table(0.7), 0.0), 3.0);
        assert_eq!(whole::jvp(&table(0.7), 0.0, 2.0).1, 6.0);
    }
}
