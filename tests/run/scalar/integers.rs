//! Integers of a type that only rustc knows, by a call, a field or a use elsewhere: the generated code computes with the
//! same type. Each function is linear in `x`, so its value at 1 is its derivative; the numbers are too large for `i32`.

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

fn signed() -> i64 {
    -5
}

fn eat(_: u64) {}

fn look(_: &[u64]) {}

fn id(n: u64) -> u64 {
    n
}

const BIG: u64 = 100_000;
static TIMES: u64 = 3;

struct Config {
    steps: u64,
    sizes: [u64; 3],
    weights: Vec<f64>,
}

impl Config {
    const MOST: u64 = 100_000;

    fn new() -> Config {
        Config { steps: 4, sizes: [1, 2, 3], weights: vec![0.5, 1.5, 2.5] }
    }

    fn steps(&self) -> u64 {
        self.steps
    }
}

#[grad(forward)]
fn assigned_in_a_loop(x: f64) -> f64 {
    let mut n = g();
    for _ in 0..3 {
        n = 100_000;
    }
    x * (n * n) as f64
}

#[grad(forward)]
fn assigned_at_once(x: f64) -> f64 {
    let mut n = g();
    eat(n);
    n = 100_000;
    x * (n * n) as f64
}

#[grad(forward)]
fn assigned_before(x: f64) -> f64 {
    let mut n = 100_000;
    let y = x * (n * n) as f64;
    n = g();
    y * n as f64
}

#[grad(forward)]
fn told_by_a_use(x: f64) -> f64 {
    let n = 100_000;
    eat(n);
    x * (n * n) as f64
}

#[grad(forward)]
fn told_by_a_use_afterwards(x: f64) -> f64 {
    let n = 100_000;
    let y = x * (n * n) as f64;
    eat(n);
    y
}

#[grad(forward)]
fn told_by_a_comparison(x: f64) -> f64 {
    let n = 100_000;
    let y = if n > g() { 2.0 } else { 3.0 };
    x * y * (n * n) as f64
}

#[grad(forward)]
fn told_by_a_sum(x: f64) -> f64 {
    let n = 100_000;
    let m = n + g();
    x * (n * n) as f64 + x * m as f64
}

#[grad(forward)]
fn told_by_a_field(x: f64) -> f64 {
    let c = Config::new();
    let mut n = c.steps;
    let before = n;
    n = 100_000;
    x * (n * n) as f64 * before as f64
}

#[grad(forward)]
fn told_by_a_method(x: f64) -> f64 {
    let c = Config::new();
    let mut n = c.steps();
    if x < 1e9 {
        n = 100_000;
    }
    x * (n * n) as f64
}

#[grad(forward)]
fn told_by_a_constant(x: f64) -> f64 {
    let mut n = BIG;
    let y = x * n as f64;
    n = 200_000;
    y * (n * n) as f64
}

#[grad(forward)]
fn told_by_an_associated_constant(x: f64) -> f64 {
    let mut n = Config::MOST;
    let y = x * n as f64;
    n = 200_000;
    y * (n * n) as f64
}

#[grad(forward)]
fn told_by_a_static(x: f64) -> f64 {
    let k = 100_000;
    let y = (k * k + TIMES) as f64;
    x * y * (k * k) as f64
}

#[grad(forward)]
fn in_branches(x: f64) -> f64 {
    let n = if x > 1e9 { g() } else { 100_000 };
    x * (n * n) as f64
}

#[grad(forward)]
fn in_branches_and_again(x: f64) -> f64 {
    let mut n = if x > 1e9 { g() } else { 100_000 };
    let y = x * (n * n) as f64;
    n = 300_000;
    y + x * (n * n) as f64
}

#[grad(forward)]
fn in_arms(x: f64) -> f64 {
    let k = g();
    let n = match k {
        0 => 1,
        7 => 100_000,
        other => other,
    };
    x * (n * n) as f64
}

#[grad(forward)]
fn arms_of_literals(x: f64) -> f64 {
    let n = match g() {
        0 => 1,
        7 => 100_000,
        _ => 3,
    };
    eat(n);
    x * (n * n) as f64
}

#[grad(forward)]
fn in_a_tuple(x: f64) -> f64 {
    let (mut n, mut m) = (g(), small());
    let y = x * (n + u64::from(m)) as f64;
    n = 100_000;
    m = 100;
    y * (n * n) as f64 * (m + 100) as f64
}

#[grad(forward)]
fn exchanged(x: f64) -> f64 {
    let (mut n, mut m) = (g(), 100_000);
    (n, m) = (m, n);
    let y = x * (n * n) as f64;
    m += 1;
    y * m as f64
}

#[grad(forward)]
fn counted(x: f64) -> f64 {
    let mut n = 0;
    for _ in 0..10 {
        n += 10_000;
    }
    let y = x * (n * n) as f64;
    n = g();
    y + x * n as f64
}

#[grad(forward)]
fn counted_with_a_product(x: f64) -> f64 {
    let mut y = 0.0;
    let mut n = 99_990;
    while n < 100_000 {
        y += x * (n * n) as f64;
        n += 1;
    }
    eat(n);
    y
}

#[grad(forward)]
fn looked_at(x: f64) -> f64 {
    let mut seen = [100_000, 0, 0];
    seen[1] = 200_000;
    look(&seen);
    x * (seen[0] * seen[1]) as f64
}

#[grad(forward)]
fn out_of_an_array(x: f64) -> f64 {
    let c = Config::new();
    let mut n = c.sizes[1];
    let y = x * n as f64;
    n = 100_000;
    y * (n * n) as f64
}

#[grad(forward)]
fn pushed(x: f64) -> f64 {
    let mut all = Vec::new();
    all.push(g());
    all.push(100_000);
    let mut s = 0.0;
    for k in &all {
        s += x * (k * k) as f64;
    }
    let n = all[1];
    s + x * (n * n) as f64
}

#[grad(forward)]
fn index_of_an_unseen_vector(x: f64) -> f64 {
    let c = Config::new();
    let mut k = 1;
    let y = x * c.weights[k];
    k = 100_000;
    y * (k * k) as f64
}

#[grad(forward)]
fn length(x: f64) -> f64 {
    let v = [1.0, 2.0];
    let mut n = v.len();
    let y = x * n as f64;
    n = 100_000;
    y * (n * n) as f64
}

#[grad(forward)]
fn ends_of_a_range(x: f64) -> f64 {
    let mut y = 0.0;
    let first = 100_000;
    for k in first..first + g() {
        y += x * (k * k) as f64;
    }
    y + x * (first * first) as f64
}

#[grad(forward)]
fn range_of_literals(x: f64) -> f64 {
    let mut y = 0.0;
    for k in 100_000..100_003 {
        y += x * (k * k) as f64;
        eat(k);
    }
    y
}

#[grad(forward)]
fn in_a_closure(x: f64) -> f64 {
    let square = |k| k * k;
    let a = square(100_000) as f64;
    let b = square(g()) as f64;
    x * a + x * b
}

#[grad(forward)]
fn what_a_closure_returns(x: f64) -> f64 {
    let n = || 100_000;
    eat(n());
    x * (n() * n()) as f64
}

#[grad(forward)]
fn captured(x: f64) -> f64 {
    let n = 100_000;
    let f = |y: f64| y * (n * n) as f64;
    eat(n);
    f(x)
}

#[grad(forward)]
fn in_an_option(x: f64) -> f64 {
    let mut best = None;
    for k in 0..4 {
        if k == 2 {
            best = Some(100_000);
        }
    }
    let mut y = x;
    if let Some(n) = best {
        y = x * (n * n) as f64;
        eat(n);
    }
    y
}

#[grad(forward)]
fn narrow(x: f64) -> f64 {
    let mut n = small();
    let y = x * n as f64;
    n = 100;
    y * (n.wrapping_mul(3)) as f64
}

#[grad(forward)]
fn wrapping(x: f64) -> f64 {
    let n = 200;
    let y = x * f64::from(small().wrapping_add(n));
    y * f64::from(n)
}

#[grad(forward)]
fn shifted(x: f64) -> f64 {
    let mut n = g();
    let y = x * n as f64;
    n = 1;
    y * (n << 40) as f64
}

#[grad(forward)]
fn wider(x: f64) -> f64 {
    let mut n = wide();
    let y = x * n as f64;
    n = 10_000_000_000;
    y * (n * n * 1000) as f64
}

#[grad(forward)]
fn least(x: f64) -> f64 {
    let mut n = signed();
    let y = x * n as f64;
    n = -9_223_372_036_854_775_808;
    y * (n / 3) as f64 * (n % 1000) as f64
}

#[grad(forward)]
fn negative(x: f64) -> f64 {
    let mut n = signed();
    let y = x * n as f64;
    n = -100_000;
    y * (n * -n) as f64 * ((n - 1) / 2) as f64
}

#[grad(forward)]
fn complemented(x: f64) -> f64 {
    let mut n = g();
    let y = x * n as f64;
    n = 0;
    y * (!n >> 4) as f64
}

#[grad(forward)]
fn through_a_call(x: f64) -> f64 {
    let n = 100_000;
    let m = id(n);
    x * (n * n) as f64 + x * m as f64
}

#[grad(forward)]
fn before_a_nest(x: f64) -> f64 {
    let mut y = 0.0;
    let mut n = 100_000;
    for _ in 0..2 {
        for _ in 0..2 {
            y += x * (n * n) as f64;
            n = 200_000;
        }
    }
    eat(n);
    y
}

#[grad(forward)]
fn element_by_element(x: f64) -> f64 {
    let n = 100_000;
    let mut v = [0.0; 4];
    for k in 0..4 {
        v[k] = x * (n * n) as f64;
    }
    eat(n);
    v[0] + v[3]
}

#[grad(forward)]
fn annotated_elsewhere(x: f64) -> f64 {
    let n = 100_000;
    let m: u64 = n;
    x * (n * n) as f64 + x * m as f64
}

#[grad(forward)]
fn in_a_struct(x: f64) -> f64 {
    let n = 100_000;
    let c = Config { steps: n, ..Config::new() };
    x * (n * n) as f64 + x * c.steps as f64
}

#[grad(forward)]
fn const_length<const N: usize>(x: f64) -> f64 {
    let mut n = N;
    let y = x * n as f64;
    n = 100_000;
    y * (n * n) as f64
}

#[grad(forward)]
fn of_const_length(x: f64) -> f64 {
    const_length::<3>(x)
}

#[grad(forward)]
fn with_a_parameter(x: f64, k: u64) -> f64 {
    let mut n = k;
    let y = x * n as f64;
    n = 100_000;
    y * (n * n) as f64
}

#[grad(forward)]
fn of_a_parameter(x: f64) -> f64 {
    with_a_parameter(x, 3)
}

#[grad(forward)]
fn kept_for_the_way_back(x: f64) -> f64 {
    let mut y = x;
    let mut n = 100_000;
    for k in 0..3 {
        y *= (n * n) as f64;
        if k == 1 {
            n = 1;
        }
    }
    eat(n);
    y
}

linear!(
    assigned_in_a_loop,
    assigned_at_once,
    assigned_before,
    told_by_a_use,
    told_by_a_use_afterwards,
    told_by_a_comparison,
    told_by_a_sum,
    told_by_a_field,
    told_by_a_method,
    told_by_a_constant,
    told_by_an_associated_constant,
    told_by_a_static,
    in_branches,
    in_branches_and_again,
    in_arms,
    arms_of_literals,
    in_a_tuple,
    exchanged,
    counted,
    counted_with_a_product,
    looked_at,
    out_of_an_array,
    pushed,
    index_of_an_unseen_vector,
    length,
    ends_of_a_range,
    range_of_literals,
    in_a_closure,
    what_a_closure_returns,
    captured,
    in_an_option,
    narrow,
    wrapping,
    shifted,
    wider,
    least,
    negative,
    complemented,
    through_a_call,
    before_a_nest,
    element_by_element,
    annotated_elsewhere,
    in_a_struct,
    of_const_length,
    of_a_parameter,
    kept_for_the_way_back
);
