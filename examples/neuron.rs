//! The tutorial: the chain rule gate by gate, then a neuron that learns to tell two irises apart.
//!
//! `cargo run --release --example neuron`
//!
//! Every number that it prints is also asserted.

use backprop::grad;

/// The first example of the tutorial.
#[grad]
fn f(x: f64, y: f64, z: f64) -> f64 {
    from_sum(x + y, z)
}

/// The same from the sum on: what the last gate knows.
#[grad]
fn from_sum(q: f64, z: f64) -> f64 {
    q * z
}

/// The neuron: the sigmoid of a linear form.
#[grad]
fn sigmoid(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> f64 {
    1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp())
}

// The sigmoid taken apart. Each function goes from one wire to the output, so its gradient is what the tutorial
// writes in red below that wire.

#[grad]
fn from_output(y: f64) -> f64 {
    y
}

#[grad]
fn from_denominator(d: f64) -> f64 {
    from_output(1.0 / d)
}

#[grad]
fn from_exponential(e: f64) -> f64 {
    from_denominator(1.0 + e)
}

#[grad]
fn from_negated(n: f64) -> f64 {
    from_exponential(n.exp())
}

#[grad]
fn from_linear(s: f64) -> f64 {
    from_negated(-s)
}

/// The loss of one flower: minus the logarithm of the probability that the neuron gives to its species.
#[grad(wrt(w0, w1, w2))]
fn loss(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64, versicolor: bool) -> f64 {
    let p = sigmoid(w0, w1, w2, x0, x1);
    if versicolor {
        -p.ln()
    } else {
        -(1.0 - p).ln()
    }
}

fn main() {
    chain_rule();
    gates();
    neuron();
    training();
}

/// One line of a table: a wire, its value, its gradient.
fn line(wire: &str, value: f64, gradient: f64) -> (String, String) {
    println!("  {wire:<12} {value:>7.2} {gradient:>9.2}");
    (format!("{value:.2}"), format!("{gradient:.2}"))
}

fn chain_rule() {
    let (x, y, z) = (-2.0, 5.0, -4.0);
    let q = x + y;
    let (value, (dx, dy, dz)) = f::value_and_grad(x, y, z);
    let (dq, _) = from_sum::grad(q, z);

    println!("f(x, y, z) = (x + y) * z");
    println!("  {:<12} {:>7} {:>9}", "wire", "value", "gradient");
    line("x", x, dx);
    line("y", y, dy);
    line("z", z, dz);
    line("q = x + y", q, dq);
    line("f = q * z", value, from_output::grad(value));

    assert_eq!((value, q), (-12.0, 3.0));
    assert_eq!((dx, dy, dz, dq), (-4.0, -4.0, 3.0, -4.0));
}

fn gates() {
    let (w, x) = ([2.0, -3.0, -3.0], [-1.0, -2.0]);
    let (_, (dw0, dw1, dw2, dx0, dx1)) = sigmoid::value_and_grad(w[0], w[1], w[2], x[0], x[1]);
    let s: f64 = w[0] * x[0] + w[1] * x[1] + w[2];
    let n = -s;
    let e = n.exp();
    let d = 1.0 + e;
    let y = 1.0 / d;

    println!("\nsigmoid(w0 * x0 + w1 * x1 + w2), gate by gate");
    println!("  {:<12} {:>7} {:>9}", "wire", "value", "gradient");
    let inputs = [
        line("w0", w[0], dw0),
        line("x0", x[0], dx0),
        line("w1", w[1], dw1),
        line("x1", x[1], dx1),
        line("w2", w[2], dw2),
    ];
    let chain = [
        line("s = linear", s, from_linear::grad(s)),
        line("n = -s", n, from_negated::grad(n)),
        line("e = exp(n)", e, from_exponential::grad(e)),
        line("d = 1 + e", d, from_denominator::grad(d)),
        line("y = 1 / d", y, from_output::grad(y)),
    ];

    let gradients = |lines: &[(String, String)]| lines.iter().map(|l| l.1.clone()).collect::<Vec<_>>();
    let values: Vec<_> = chain.iter().map(|l| l.0.as_str()).collect();
    assert_eq!(values, ["1.00", "-1.00", "0.37", "1.37", "0.73"]);
    assert_eq!(gradients(&chain), ["0.20", "-0.20", "-0.53", "-0.53", "1.00"]);
    assert_eq!(gradients(&inputs), ["-0.20", "0.39", "-0.39", "-0.59", "0.20"]);
}

fn neuron() {
    let y = sigmoid(2.0, -3.0, -3.0, -1.0, -2.0);
    let (value, (w0, w1, w2, x0, x1)) = sigmoid::value_and_grad(2.0, -3.0, -3.0, -1.0, -2.0);
    let gradient = format!("({w0:.4}, {w1:.4}, {w2:.4}, {x0:.4}, {x1:.4})");
    println!("\nvalue    {value:.4}\ngradient {gradient}");

    assert_eq!(y.to_bits(), value.to_bits(), "the function is left as it is");
    assert_eq!(format!("{value:.4}"), "0.7311");
    assert_eq!(gradient, "(-0.1966, -0.3932, 0.1966, 0.3932, -0.5898)");
}

/// Sepal and petal length in cm, and whether it is a versicolor: the first two species, 100 flowers.
fn flowers() -> Vec<(f64, f64, bool)> {
    let number = |field: &str| field.parse().expect("a number");
    include_str!("data/iris.csv")
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|fields| fields[4] != "virginica")
        .map(|fields| (number(fields[0]), number(fields[2]), fields[4] == "versicolor"))
        .collect()
}

fn training() {
    let flowers = flowers();
    let n = flowers.len() as f64;
    let (mut w0, mut w1, mut w2) = (0.0, 0.0, 0.0);
    let mut losses = Vec::new();

    println!("\ngradient descent on {} irises, setosa or versicolor", flowers.len());
    println!("  {:>5} {:>8} {:>8} {:>8} {:>8}", "step", "loss", "w0", "w1", "w2");
    for step in 0..=1000 {
        let (mut total, mut d0, mut d1, mut d2) = (0.0, 0.0, 0.0, 0.0);
        for &(sepal, petal, versicolor) in &flowers {
            let (value, g) = loss::value_and_grad(w0, w1, w2, sepal, petal, versicolor);
            total += value;
            d0 += g.0;
            d1 += g.1;
            d2 += g.2;
        }
        if step % 200 == 0 {
            println!("  {step:>5} {:>8.4} {w0:>8.3} {w1:>8.3} {w2:>8.3}", total / n);
            losses.push(total / n);
        }
        let rate = 0.1 / n;
        w0 -= rate * d0;
        w1 -= rate * d1;
        w2 -= rate * d2;
    }

    let right =
        flowers.iter().filter(|&&(sepal, petal, v)| (sigmoid(w0, w1, w2, sepal, petal) > 0.5) == v).count();
    let accuracy = right as f64 / n;
    println!("accuracy {accuracy:.2}");

    assert_eq!(flowers.len(), 100);
    assert!((losses[0] - std::f64::consts::LN_2).abs() < 1e-12, "no weights, no opinion");
    assert!(losses.windows(2).all(|pair| pair[1] < pair[0]), "the loss falls: {losses:?}");
    assert!(losses[losses.len() - 1] < 0.05);
    assert_eq!(format!("{accuracy:.2}"), "1.00");
}
