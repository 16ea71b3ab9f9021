//! The functions, one per kind of code and per loop class.

pub struct Program {
    pub name: &'static str,
    /// What stands in `#[grad(..)]`.
    pub options: &'static str,
    pub source: &'static str,
}

impl Program {
    /// As the user would write it.
    pub fn text(&self) -> String {
        let options = if self.options.is_empty() { String::new() } else { format!("({})", self.options) };
        format!("#[grad{options}]\n{}\n", self.source.trim())
    }
}

pub fn named(name: &str) -> &'static Program {
    PROGRAMS.iter().find(|p| p.name == name).unwrap_or_else(|| panic!("no program {name}"))
}

const fn program(name: &'static str, source: &'static str) -> Program {
    Program { name, options: "", source }
}

pub const PROGRAMS: &[Program] = &[
    Program { name: "blocks", options: "forward", source: BLOCKS },
    program("rows", ROWS),
    program("nest", NEST),
    program("straight", STRAIGHT),
    program("early_return", EARLY_RETURN),
    program("l0_fixed", L0_FIXED),
    program("l1_mean", L1_MEAN),
    program("l1_mixture", L1_MIXTURE),
    program("l2_norm", L2_NORM),
    program("l3_lorenz", L3_LORENZ),
    program("l3_pendulum", L3_PENDULUM),
    program("l4_lstm", L4_LSTM),
    program("l5_newton", L5_NEWTON),
    program("l6_axpy", L6_AXPY),
    program("layers", LAYERS),
    program("scan", SCAN),
    program("scan_costly", SCAN_COSTLY),
    program("in_out", IN_OUT),
    program("calls", CALLS),
    program("fields", FIELDS),
    program("iterators", ITERATORS),
    Program { name: "subset", options: "wrt(w)", source: SUBSET },
    program("counters", COUNTERS),
    program("while_counter", WHILE_COUNTER),
    program("while_range", WHILE_RANGE),
    program("packed", PACKED),
    program("linear_map", LINEAR_MAP),
    program("shrinking", SHRINKING),
    program("parts", PARTS),
    program("joined", JOINED),
    program("largest", LARGEST),
    program("branches", BRANCHES),
    program("remainder", REMAINDER),
    program("normalised", NORMALISED),
    program("two_states", TWO_STATES),
    program("scratch", SCRATCH),
    program("short_loops", SHORT_LOOPS),
];

const JOINED: &str = "
fn joined(w: &[f64], #[no_grad] x: &[f64]) -> f64 {
    let mut y = vec![0.0; w.len()];
    let mut total = 0.0;
    for p in 0..x.len() {
        for j in 0..w.len() {
            y[j] = w[j] * x[p];
        }
        let mut norm = 0.0;
        for j in 0..w.len() {
            norm += y[j] * y[j];
        }
        total += norm.sqrt();
    }
    total
}
";

const PARTS: &str = "
fn parts(w: &[f64], x: &[f64], d: usize) -> f64 {
    let mut o = vec![0.0; d];
    let mut total = 0.0;
    for point in x.chunks_exact(d) {
        for ((o, q), x) in o.iter_mut().zip(&w[..d]).zip(point) {
            *o = q * x;
        }
        let mut at = d;
        for i in 0..d {
            let len = d - i - 1;
            for (o, l) in o[i + 1..].iter_mut().zip(&w[at..at + len]) {
                *o += l * point[i];
            }
            at += len;
        }
        total += o.iter().map(|v| v * v).sum::<f64>();
    }
    total
}
";

const WHILE_RANGE: &str = "
fn while_range(l: &[f64], x: &[f64]) -> f64 {
    let mut at = 0;
    let mut s = 0.0;
    let mut i = 0;
    while i < x.len() {
        let mut j = i + 1;
        while j < x.len() {
            s += l[at] * x[i] * x[j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    s
}";

/// Two rows in one sweep: the seeds are unit vectors, divisors have one reciprocal.
const ROWS: &str = "
fn rows(p: &[f64; 3], f: f64) -> [f64; 2] {
    let n = (p[0] * p[0] + p[1] * p[1]).sqrt();
    let (a, b) = (p[0] / p[2] + n, p[1] / (p[2] * n));
    [a * f * b, b * f]
}";

/// A nest of loops that keeps a number in each round.
const NEST: &str = "
fn nest(w: &[f64], rounds: usize) -> f64 {
    let mut state = 0.3;
    for _ in 0..rounds {
        for j in 0..w.len() {
            state = (state * w[j]).sin();
        }
    }
    state
}";

/// Directions in blocks: a loop in two, a number that is carried, a call.
const BLOCKS: &str = r"
fn weighted(x: &[f64; 12], v: &[f64; 3]) -> Vec<f64> {
    let mut out = vec![0.0; 4];
    let mut turned = 0.0;
    for k in 0..4 {
        turned += x[k];
        for i in 0..3 {
            out[i] += turned.sin() * v[i] * x[k + 4];
        }
    }
    out[3] = scaled(turned, x[11]);
    out
}
";

const STRAIGHT: &str = "
fn straight(x: f64, y: f64) -> f64 {
    let t = (x * y).sin();
    let u = t.exp() / (1.0 + t * t);
    u - y.tanh()
}";

const EARLY_RETURN: &str = "
fn early_return(x: f64, y: f64) -> f64 {
    if x < 0.0 {
        return x * y;
    }
    let mut t = x.sqrt();
    if t > y {
        t = t * y;
    }
    t.ln() + x
}";

const L0_FIXED: &str = "
fn l0_fixed(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    (cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]).sqrt()
}";

const L1_MEAN: &str = "
fn l1_mean(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i].sin();
    }
    sum / x.len() as f64
}";

const L1_MIXTURE: &str = "
fn l1_mixture(weights: &[f64], means: &[f64], points: &[f64]) -> f64 {
    let k = weights.len();
    let mut scores = vec![0.0; k];
    let mut total = 0.0;
    for p in 0..points.len() {
        for j in 0..k {
            let d = points[p] - means[j];
            scores[j] = weights[j] - 0.5 * d * d;
        }
        let mut sum = 0.0;
        for j in 0..k {
            sum += scores[j].exp();
        }
        total += sum.ln();
    }
    total
}";

const L2_NORM: &str = "
fn l2_norm(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum.sqrt()
}";

const L3_LORENZ: &str = "
fn l3_lorenz(p: &[f64; 3], h: f64, steps: usize) -> f64 {
    let (mut x, mut y, mut z) = (1.0, 1.0, 1.0);
    for _ in 0..steps {
        let (k1x, k1y, k1z) = (p[0] * (y - x), x * (p[1] - z) - y, x * y - p[2] * z);
        let (ax, ay, az) = (x + 0.5 * h * k1x, y + 0.5 * h * k1y, z + 0.5 * h * k1z);
        let (k2x, k2y, k2z) = (p[0] * (ay - ax), ax * (p[1] - az) - ay, ax * ay - p[2] * az);
        let (bx, by, bz) = (x + 0.5 * h * k2x, y + 0.5 * h * k2y, z + 0.5 * h * k2z);
        let (k3x, k3y, k3z) = (p[0] * (by - bx), bx * (p[1] - bz) - by, bx * by - p[2] * bz);
        let (cx, cy, cz) = (x + h * k3x, y + h * k3y, z + h * k3z);
        let (k4x, k4y, k4z) = (p[0] * (cy - cx), cx * (p[1] - cz) - cy, cx * cy - p[2] * cz);
        x += h / 6.0 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x);
        y += h / 6.0 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y);
        z += h / 6.0 * (k1z + 2.0 * k2z + 2.0 * k3z + k4z);
    }
    x + y + z
}";

/// Runge-Kutta of fourth order without a division in the loop: phase, speed, and the work of friction.
const L3_PENDULUM: &str = "
fn l3_pendulum(k: f64, friction: f64, h: f64, steps: usize) -> f64 {
    let (mut x, mut v, mut work) = (1.0, 0.0, 0.0);
    let (half, sixth) = (0.5 * h, h / 6.0);
    for _ in 0..steps {
        let (a1, w1) = (-(k * x + friction * v * v), friction * v * work);
        let (v2, x2, u2) = (v + half * a1, x + half * v, work + half * w1);
        let (a2, w2) = (-(k * x2 + friction * v2 * v2), friction * v2 * u2);
        let (v3, x3, u3) = (v + half * a2, x + half * v2, work + half * w2);
        let (a3, w3) = (-(k * x3 + friction * v3 * v3), friction * v3 * u3);
        let (v4, x4, u4) = (v + h * a3, x + h * v3, work + h * w3);
        let (a4, w4) = (-(k * x4 + friction * v4 * v4), friction * v4 * u4);
        x += sixth * (v + 2.0 * v2 + 2.0 * v3 + v4) * x;
        v += sixth * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        work += sixth * (w1 + 2.0 * w2 + 2.0 * w3 + w4);
    }
    x * v + work
}";

const L4_LSTM: &str = "
fn l4_lstm(w: &[f64; 8], inputs: &[f64]) -> f64 {
    let (mut h, mut c) = (0.0, 0.0);
    let mut loss = 0.0;
    for t in 0..inputs.len() {
        let x = inputs[t];
        let forget = 1.0 / (1.0 + (-(w[0] * x + w[1] * h)).exp());
        let ingate = 1.0 / (1.0 + (-(w[2] * x + w[3] * h)).exp());
        let output = 1.0 / (1.0 + (-(w[4] * x + w[5] * h)).exp());
        let change = (w[6] * x + w[7] * h).tanh();
        c = c * forget + ingate * change;
        h = output * c.tanh();
        loss += h * h;
    }
    loss
}";

const L5_NEWTON: &str = "
fn l5_newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = 0.5 * (x + a / x);
    }
    x
}";

const L6_AXPY: &str = "
fn l6_axpy(a: &[f64], x: &[f64], n: usize) -> f64 {
    let mut out = vec![0.0; n];
    for j in 0..x.len() {
        for i in 0..n {
            out[i] += a[j * n + i] * x[j];
        }
    }
    let mut sum = 0.0;
    for i in 0..n {
        sum += out[i] * out[i];
    }
    sum
}";

const LAYERS: &str = "
fn layers(w: &[f64], x: &[f64], depth: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    let mut z = vec![0.0; n];
    for l in 0..depth {
        for i in 0..n {
            let mut sum = 0.0;
            for j in 0..n {
                sum += w[(l * n + i) * n + j] * h[j];
            }
            z[i] = sum.tanh();
        }
        for i in 0..n {
            h[i] = z[i];
        }
    }
    let mut total = 0.0;
    for i in 0..n {
        total += h[i];
    }
    total
}";

const SCAN: &str = "
fn scan(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 1..a.len() {
        a[i] = a[i] * a[i - 1];
    }
    a[a.len() - 1]
}";

const SCAN_COSTLY: &str = "
fn scan_costly(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 1..a.len() {
        a[i] = a[i] * a[i - 1].sin();
    }
    a[a.len() - 1]
}";

const IN_OUT: &str = "
fn in_out(a: &mut [f64], k: f64) {
    for i in 0..a.len() {
        a[i] = a[i] * a[i] * k;
    }
}";

const CALLS: &str = "
fn calls(k: &[f64], start: f64) -> f64 {
    let mut s = start;
    for i in 0..k.len() {
        s = step(s, k[i]) * k[i];
    }
    s
}";

const FIELDS: &str = "
fn fields(body: &Body, g: f64) -> f64 {
    let kinetic = 0.5 * body.mass * body.speed * body.speed;
    kinetic + body.mass * g * body.height
}";

const ITERATORS: &str = "
fn iterators(x: &[f64], w: &[f64]) -> f64 {
    let dot: f64 = x.iter().zip(w).filter(|(a, _)| **a > 0.0).map(|(a, b)| a * b).sum();
    dot.tanh()
}";

const SUBSET: &str = "
fn subset(w: &[f64; 2], x: f64, target: f64) -> f64 {
    let e = (w[0] * x + w[1]).tanh() - target.exp();
    e * e
}";

const COUNTERS: &str = "
fn counters(x: &[f64], start: f64, rows: usize, width: usize) -> f64 {
    let mut s = start;
    let mut at = 1;
    for r in 0..rows {
        s = s * x[at] + x[r * width];
        at += width;
    }
    s
}";

const SHRINKING: &str = "
fn shrinking(l: &[f64], b: &[f64]) -> f64 {
    let n = b.len();
    let mut o = vec![0.0; n];
    let mut total = 0.0;
    for r in 0..3 {
        for j in 0..n {
            o[j] = b[j] * b[r];
        }
        for i in 0..n {
            for j in i + 1..n {
                o[j] += l[i * n + j] * b[i];
            }
        }
        total += o[n - 1];
    }
    total
}";

const LARGEST: &str = "
fn largest(x: &[f64]) -> f64 {
    let mut max = x[0];
    for i in 1..x.len() {
        if x[i].abs() > max {
            max = x[i].abs();
        }
    }
    max * max
}";

const LINEAR_MAP: &str = "
fn linear_map(a: &[f64; 9], m: &[f64; 3], #[no_grad] x: &[[f64; 3]]) -> f64 {
    let mut y = [0.0; 3];
    let mut o = [0.0; 3];
    let mut all = 0.0;
    for p in 0..x.len() {
        for j in 0..3 {
            y[j] = x[p][j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..3 {
            for j in 0..3 {
                o[i] += a[i * 3 + j] * y[j];
            }
        }
        for j in 0..3 {
            all += o[j] * o[j];
        }
    }
    all
}";

const PACKED: &str = "
fn packed(l: &[f64], start: f64, n: usize) -> f64 {
    let mut s = start;
    let mut next = 0;
    for i in 0..n {
        s = s * l[next];
        for j in i..n {
            next += 1;
        }
    }
    s
}";

const WHILE_COUNTER: &str = "
fn while_counter(x: &[f64], start: f64) -> f64 {
    let mut s = start;
    let mut i = 0;
    while i < x.len() {
        s = s * x[i];
        i += 2;
    }
    s
}";

const BRANCHES: &str = "
fn branches(x: &[f64], t: f64) -> f64 {
    let mut s = t;
    for i in 0..x.len() {
        if x[i] > 0.5 {
            s = s * x[i];
        } else if i > 3 {
            s = s - x[i] * t;
        }
    }
    s
}";

const REMAINDER: &str = "
fn remainder(x: &[f64], t: f64) -> f64 {
    let mut s = t;
    for i in 0..x.len() {
        if i % 3 == 0 {
            s = s * x[i];
        }
    }
    s
}";

const NORMALISED: &str = "
fn normalised(rate: &[f64], seen: &[f64], steps: usize) -> f64 {
    let n = rate.len();
    let mut x = seen.to_vec();
    let mut y = vec![0.0; n];
    let mut total = 0.0;
    for t in 0..steps {
        for j in 0..n {
            x[j] = (x[j] * rate[j]).tanh();
        }
        let mut sum = 2.0;
        for j in 0..n {
            y[j] = x[j] * rate[j];
            sum += y[j].exp();
        }
        let normaliser = sum.ln();
        for j in 0..n {
            total += seen[(t + 1) * n + j] * (y[j] - normaliser);
        }
    }
    total
}";

const SCRATCH: &str = "
fn scratch(w: &[Vec<f64>], x: &[f64]) -> f64 {
    let mut total = 0.0;
    for row in w {
        let mut o = vec![0.0; x.len()];
        let mut sums = vec![0.0; w.len()];
        for j in 0..x.len() {
            o[j] = row[j] * x[j];
        }
        for j in 1..x.len() {
            sums[0] += o[j - 1] * o[j];
        }
        total += sums[0].sin();
    }
    total
}";

const TWO_STATES: &str = "
fn two_states(x: &[f64], steps: usize) -> f64 {
    let mut before = x.to_vec();
    let mut now = x.to_vec();
    for _ in 0..steps {
        let mut next = vec![0.0; x.len()];
        for i in 0..x.len() {
            next[i] = 2.0 * now[i] - before[i] - 0.1 * now[i].sin();
        }
        before = now;
        now = next;
    }
    now[0] * before[0]
}";

const SHORT_LOOPS: &str = "
fn short_loops(x: &[f64], w: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..w.len() {
        let mut most = x[3 * i];
        for k in 1..3 {
            let v = x[3 * i + k];
            if v > most {
                most = v;
            }
        }
        total += w[i] * most;
    }
    total
}";
