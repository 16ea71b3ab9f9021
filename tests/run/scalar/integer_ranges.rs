//! The same of integers in ranges, loops, closures and calls.

use backprop::grad;

fn g() -> u64 {
    7
}

fn small() -> u8 {
    200
}

fn wide() -> i128 {
    3
}

fn eat(_: u64) {}

struct Config {
    steps: u64,
}

impl Config {
    fn new() -> Config {
        Config { steps: 4 }
    }
}

#[grad(forward)]
fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * 2.0
}

#[grad(forward)]
fn handed_on(x: f64) -> f64 {
    let n = 100_000;
    eat(n);
    apply(|y| y * (n * n) as f64, x)
}

#[grad(forward)]
fn inside_what_is_handed_on(x: f64) -> f64 {
    apply(
        |y| {
            let mut n = g();
            eat(n);
            n = 100_000;
            y * (n * n) as f64
        },
        x,
    )
}

#[grad(forward)]
fn generic<T: backprop::Real>(x: T) -> T {
    let mut n = g();
    eat(n);
    n = 100_000;
    x * T::from_f64((n * n) as f64)
}

#[grad(forward)]
fn of_generic(x: f64) -> f64 {
    generic(x)
}

#[grad(forward)]
fn recursive(x: f64, depth: usize) -> f64 {
    if depth == 0 {
        return x;
    }
    let mut n = g();
    eat(n);
    n = 100_000;
    recursive(x, depth - 1) * (n * n) as f64
}

#[grad(forward)]
fn of_recursive(x: f64) -> f64 {
    recursive(x, 2)
}

#[grad(forward)]
fn below_zero(x: f64) -> f64 {
    let mut s = 0.0;
    for k in 0..4 {
        s += x * (k - 2) as f64;
    }
    s
}

#[grad(forward)]
fn below_zero_in_powers(x: f64) -> f64 {
    let mut s = 0.0;
    let mut p = x;
    for k in 0..3 {
        p = p * ((k - 2) * 3) as f64 + x;
        s += p;
    }
    s
}

#[grad(forward)]
fn steps_of_a_wide_counter(x: f64) -> f64 {
    let mut n = wide();
    let mut s = 0.0;
    for _ in 0..5 {
        s += x * n as f64;
        n += 10_000_000_000;
    }
    s
}

#[grad(forward)]
fn steps_of_a_wide_counter_of_literals(x: f64) -> f64 {
    let mut n = 0;
    let mut s = 0.0;
    for k in 0..5 {
        s += x * n as f64;
        n += 10_000_000_000;
        if k == 3 {
            s += x * (n * n) as f64;
        }
    }
    look_wide(n);
    s
}

fn look_wide(_: i128) {}

#[grad(forward)]
fn counter_on_the_way_back(x: f64) -> f64 {
    let mut s = 1.0;
    let mut n = 50_000;
    for _ in 0..3 {
        s = (s * x * (n * n) as f64).abs().sqrt();
        n += 10_000;
    }
    eat(n);
    s * 0.0 + x * (n * n) as f64
}

#[grad(forward)]
fn number_of_a_short_range(x: f64) -> f64 {
    let k = small();
    let n = (0..k).count();
    let m = (0..k).len();
    x * (n * n) as f64 + x * (m * m) as f64
}

#[grad(forward)]
fn numbers_of_a_short_range(x: f64) -> f64 {
    let mut s = 0.0;
    for (i, k) in (0..small()).enumerate() {
        s += x * (i * i) as f64 + x * f64::from(k);
    }
    s
}

#[grad(forward)]
fn last_place_found(x: f64) -> f64 {
    let v = vec![1.0; 70_000];
    let n = v.iter().rposition(|a| *a > 0.5).unwrap_or(0);
    x * (n * n) as f64
}

#[grad(forward)]
fn numbers_after_a_filter(x: f64) -> f64 {
    let v = vec![1.0; 70_000];
    let mut s = 0.0;
    for (k, a) in v.iter().filter(|a| **a > 0.5).enumerate() {
        if k > 69_990 {
            s += x * a * (k * k) as f64;
        }
    }
    s
}

#[grad(forward)]
fn number_of_windows(x: f64) -> f64 {
    let v = vec![1.0; 70_000];
    let n = v.windows(2).count();
    x * (n * n) as f64
}

#[grad(forward)]
fn smaller_and_larger(x: f64) -> f64 {
    let n = g().max(100_000);
    let m = 100_000.max(g());
    x * (n * n) as f64 + x * (m * m) as f64
}

#[grad(forward)]
fn powers(x: f64) -> f64 {
    let mut n = g();
    let y = x * n.pow(2) as f64;
    n = 100_000;
    y * n.pow(2) as f64
}

#[grad(forward)]
fn kept_in_a_struct(x: f64) -> f64 {
    let mut c = Config::new();
    c.steps = 100_000;
    let n = c.steps;
    x * (n * n) as f64 * (c.steps * c.steps) as f64
}

#[grad(forward)]
fn behind_a_reference(x: f64) -> f64 {
    let mut n = 100_000;
    raise(&mut n);
    n = 200_000;
    x * (n * n) as f64
}

fn raise(n: &mut u64) {
    *n += 1;
}

#[grad(forward)]
fn while_it_grows(x: f64) -> f64 {
    let mut n = 1;
    while n < 10_000_000_000 {
        n *= 10;
    }
    eat(n);
    x * n as f64
}

#[grad(forward)]
fn nested_branches(x: f64) -> f64 {
    let mut n = 1;
    if x < 1e9 {
        if x > -1e9 {
            n = 100_000;
        } else {
            n = 2;
        }
    }
    let y = x * (n * n) as f64;
    n = if x > 1e9 { 5 } else { 200_000 };
    eat(n);
    y + x * (n * n) as f64
}

#[grad(forward)]
fn a_block(x: f64) -> f64 {
    let n = {
        let m = 50_000;
        eat(m);
        2 * m
    };
    x * (n * n) as f64
}

#[grad(forward)]
fn value_of_a_loop(x: f64) -> f64 {
    let mut k = 0;
    let n = loop {
        k += 1;
        if k > 3 {
            break 100_000;
        }
    };
    eat(n);
    x * (n * n) as f64
}

#[grad(forward)]
fn returned_early(x: f64) -> f64 {
    let n = 100_000;
    if x > 1e9 {
        return x * n as f64;
    }
    eat(n);
    x * (n * n) as f64
}

#[grad(forward)]
fn stacked(x: f64) -> f64 {
    let mut y = x;
    let mut n = g();
    for k in 0..4 {
        y = y * (n * n) as f64;
        n = match k {
            0 => 100_000,
            1 => 3,
            _ => 200_000,
        };
    }
    y
}

#[grad(forward)]
fn zipped_with_numbers(x: f64) -> f64 {
    let v = [1.0, 2.0, 3.0];
    let mut s = 0.0;
    for (k, a) in (1..).zip(v.iter()) {
        s += x * a * (k - 2) as f64;
    }
    s
}

#[grad(forward)]
fn zipped_with_large_numbers(x: f64) -> f64 {
    let v = [1.0, 2.0, 3.0];
    let mut s = 0.0;
    for (a, k) in v.iter().zip(99_999..=100_001) {
        s += x * a * (k * k) as f64;
        eat(k);
    }
    s
}

#[grad(forward)]
fn zipped_with_indices(x: f64) -> f64 {
    let v = [1.0, 2.0, 3.0];
    let mut s = 0.0;
    for (k, a) in (0..3).zip(v.iter()) {
        s += x * a * v[k];
    }
    s
}

#[grad(forward)]
fn collected_from_a_short_range(x: f64) -> f64 {
    let n = small();
    let v: Vec<f64> = (0..n).map(|k| x * f64::from(k)).collect();
    let w: Vec<f64> = (3..=n).rev().map(|k| x * f64::from(k)).collect();
    v[7] + w[0] + v.len() as f64 * x + w.len() as f64 * x
}

#[grad(forward)]
fn skipped(x: f64) -> f64 {
    let mut s = 0.0;
    for k in (0..small()).skip(190) {
        s += x * f64::from(k);
    }
    for k in (0..small()).step_by(64).enumerate() {
        s += x * f64::from(k.1) * (k.0 * 10) as f64;
    }
    s
}

#[grad(forward)]
fn below_zero_in_a_range(x: f64) -> f64 {
    let n = (-3..4).len() + (4..-3).len() + (-2..=2).count();
    let mut s = x * n as f64;
    for (i, k) in (-3..4).enumerate() {
        s += x * (i as f64) * (k - 5) as f64;
    }
    s
}

#[grad(forward)]
fn number_found(x: f64) -> f64 {
    let n = (0..70_000).filter(|k| *k % 1 == 0).count();
    x * (n * n) as f64
}

#[grad(forward)]
fn number_of_elements_found(x: f64) -> f64 {
    let v = vec![1.0; 70_000];
    let n = v.iter().filter(|a| **a > 0.5).count();
    x * (n * n) as f64
}

#[grad(forward)]
fn place_found(x: f64) -> f64 {
    let mut v = vec![1.0; 70_000];
    v[69_999] = 2.0;
    let n = v.iter().position(|a| *a > 1.5).unwrap_or(0);
    x * (n * n) as f64
}

#[grad(forward)]
fn numbers_of_elements(x: f64) -> f64 {
    let v = vec![1.0; 70_000];
    let mut s = 0.0;
    for (k, a) in v.iter().enumerate() {
        if k > 69_990 {
            s += x * a * (k * k) as f64;
        }
    }
    s
}

#[grad(forward)]
fn summed(x: f64) -> f64 {
    let n = (0..100_000).map(|k| k + g()).sum::<u64>();
    x * n as f64
}

#[grad(forward)]
fn tuple_in_memory(x: f64) -> f64 {
    let mut t = (100_000, x);
    eat(t.0);
    t.1 *= 2.0;
    let y = t.1 * (t.0 * t.0) as f64;
    t.0 = 200_000;
    y + t.1 * (t.0 * t.0) as f64
}

#[grad(forward)]
fn elements_in_memory(x: f64) -> f64 {
    let mut a = [0; 3];
    for k in 0..3 {
        a[k] = 100_000 + k as u64;
    }
    let mut s = 0.0;
    for n in a {
        s += x * (n * n) as f64;
    }
    s
}

#[grad(forward)]
fn replaced(x: f64) -> f64 {
    let mut n = g();
    let old = std::mem::replace(&mut n, 100_000);
    x * (n * n) as f64 + x * old as f64
}

#[grad(forward)]
fn folded(x: f64) -> f64 {
    let n = (0..4).fold(50_000, |a, b| a + b * 10_000);
    eat(n);
    x * (n * n) as f64
}

#[grad(forward)]
fn through_a_reference(x: f64) -> f64 {
    let c = Config::new();
    let p = &c.steps;
    let mut n = *p;
    let y = x * n as f64;
    n = 100_000;
    y * (n * n) as f64
}

#[grad(forward)]
fn of_references(x: f64) -> f64 {
    let list = vec![g(), 5, 100_000];
    let mut most = &0;
    for k in list.iter() {
        if k > most {
            most = k;
        }
    }
    x * (most * most) as f64
}

linear!(
    tuple_in_memory,
    elements_in_memory,
    replaced,
    folded,
    through_a_reference,
    of_references,
    number_found,
    number_of_elements_found,
    place_found,
    numbers_of_elements,
    summed,
    handed_on,
    inside_what_is_handed_on,
    of_generic,
    of_recursive,
    below_zero,
    below_zero_in_powers,
    steps_of_a_wide_counter,
    steps_of_a_wide_counter_of_literals,
    counter_on_the_way_back,
    number_of_a_short_range,
    numbers_of_a_short_range,
    last_place_found,
    numbers_after_a_filter,
    number_of_windows,
    smaller_and_larger,
    powers,
    kept_in_a_struct,
    behind_a_reference,
    while_it_grows,
    nested_branches,
    a_block,
    value_of_a_loop,
    returned_early,
    stacked,
    zipped_with_numbers,
    zipped_with_large_numbers,
    zipped_with_indices,
    collected_from_a_short_range,
    skipped,
    below_zero_in_a_range
);
