//! Functions of any size, with the gradient that a person would write, for the compile-time table.

use std::fmt::Write;

/// What a function is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A straight line of statements.
    Statements,
    /// Accumulating loops, one after the other.
    Loops,
}

impl Shape {
    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Statements => "statements",
            Self::Loops => "loops",
        }
    }
}

/// The function alone.
pub fn plain(shape: Shape, n: usize) -> String {
    format!("pub {}", function(shape, n))
}

/// The function with the attribute, and one caller of its gradient.
pub fn with_attribute(shape: Shape, n: usize) -> String {
    let caller = match shape {
        Shape::Statements => {
            "fn gradient(x: f64, y: f64, z: f64) -> (f64, (f64, f64, f64)) {\n    f::value_and_grad(x, y, z)\n}"
        }
        Shape::Loops => {
            "fn gradient(x: &[f64], d_x: &mut [f64]) -> f64 {\n    f::grad_into(x, d_x)\n}"
        }
    };
    format!("#[backprop::grad]\npub {}\npub {caller}\n", function(shape, n))
}

/// The function and a value-and-gradient by hand.
pub fn by_hand(shape: Shape, n: usize) -> String {
    let gradient = match shape {
        Shape::Statements => statements_gradient(n),
        Shape::Loops => loops_gradient(n),
    };
    format!("pub {}\npub {gradient}", function(shape, n))
}

fn function(shape: Shape, n: usize) -> String {
    match shape {
        Shape::Statements => statements(n),
        Shape::Loops => loops(n),
    }
}

/// Whether statement `i` has a sine.
fn sine(i: usize) -> bool {
    i & 3 == 0
}

/// The two values before statement `i`.
fn before(i: usize) -> (String, String) {
    let name = |i: usize| match i {
        0 => "y".to_owned(),
        1 => "z".to_owned(),
        i => format!("v{}", i - 2),
    };
    (name(i + 1), name(i))
}

fn statements(n: usize) -> String {
    let mut out = String::from("fn f(x: f64, y: f64, z: f64) -> f64 {\n");
    for i in 0..n {
        let (a, b) = before(i);
        let _ = match sine(i) {
            true => writeln!(out, "    let v{i} = ({a} + {b}).sin() * x;"),
            false => writeln!(out, "    let v{i} = {a} * {b} + x;"),
        };
    }
    let _ = write!(out, "    v{}\n}}\n", n - 1);
    out
}

fn statements_gradient(n: usize) -> String {
    let mut out = String::from("fn gradient(x: f64, y: f64, z: f64) -> (f64, (f64, f64, f64)) {\n");
    for i in 0..n {
        let (a, b) = before(i);
        let _ = match sine(i) {
            true => writeln!(out, "    let (s{i}, c{i}) = ({a} + {b}).sin_cos();\n    let v{i} = s{i} * x;"),
            false => writeln!(out, "    let v{i} = {a} * {b} + x;"),
        };
    }
    let last = n - 1;
    let _ = writeln!(out, "    let d_v{last} = 1.0;\n    let mut d_x = 0.0;");
    // What each value gets from the statement after it and the one after that.
    let mut shares: Vec<Vec<String>> = vec![Vec::new(); n + 2];
    for i in (0..n).rev() {
        if i < last {
            let _ = writeln!(out, "    let d_v{i} = {};", shares[i + 2].join(" + "));
        }
        let (a, b) = before(i);
        if sine(i) {
            let _ = writeln!(out, "    d_x += d_v{i} * s{i};\n    let k{i} = d_v{i} * x * c{i};");
            shares[i + 1].push(format!("k{i}"));
            shares[i].push(format!("k{i}"));
        } else {
            let _ = writeln!(out, "    d_x += d_v{i};");
            shares[i + 1].push(format!("d_v{i} * {b}"));
            shares[i].push(format!("d_v{i} * {a}"));
        }
    }
    let _ = write!(out, "    (v{last}, (d_x, {}, {}))\n}}\n", shares[0].join(" + "), shares[1].join(" + "));
    out
}

fn loops(n: usize) -> String {
    let mut out = String::from("fn f(x: &[f64]) -> f64 {\n    let s0 = 1.0;\n");
    for k in 1..=n {
        let _ = write!(
            out,
            "    let mut s{k} = 0.0;\n    for i in 0..x.len() {{\n        s{k} += ({k}.0 * x[i] + s{}) * x[i];\n    }}\n",
            k - 1
        );
    }
    let _ = write!(out, "    s{n}\n}}\n");
    out
}

fn loops_gradient(n: usize) -> String {
    let mut out = String::from("fn gradient(x: &[f64], d_x: &mut [f64]) -> f64 {\n    let s0 = 1.0;\n");
    for k in 1..=n {
        let _ = write!(
            out,
            "    let mut s{k} = 0.0;\n    for x in x {{\n        s{k} += ({k}.0 * x + s{}) * x;\n    }}\n",
            k - 1
        );
    }
    let _ = writeln!(out, "    d_x.fill(0.0);\n    let d{n} = 1.0;");
    for k in (1..=n).rev() {
        let p = k - 1;
        let _ = write!(
            out,
            "    let mut d{p} = 0.0;\n    for (x, d_x) in x.iter().zip(d_x.iter_mut()) {{\n        \
             *d_x += d{k} * ({}.0 * x + s{p});\n        d{p} += d{k} * x;\n    }}\n",
            2 * k
        );
    }
    let _ = write!(out, "    let _ = d0;\n    s{n}\n}}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_has_its_statements() {
        for n in [1, 2, 10] {
            assert_eq!(statements(n).matches("let v").count(), n);
            assert_eq!(loops(n).matches("for i in").count(), n);
            let gradient = statements_gradient(n);
            assert!(!gradient.contains("= ;"), "every value gets a share:\n{gradient}");
        }
    }
}
