//! Finds and reads ADBench's files.

use crate::problems::numeric::adbench_distance;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::str::{FromStr, SplitWhitespace};

/// ADBench's own limit on the distance of two numbers.
pub const LIMIT: f64 = 1e-8;

/// The pairs (data, reference) of one objective; empty, with a note, where the files are absent.
pub fn instances(objective: &str) -> Vec<(PathBuf, Value)> {
    let root = std::env::var_os("ADBENCH_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/adbench"), PathBuf::from);
    let Ok(entries) = std::fs::read_dir(root.join(objective)) else {
        println!("skipped: no ADBench files in {} (set ADBENCH_DATA)", root.join(objective).display());
        return Vec::new();
    };
    let mut references: Vec<PathBuf> = entries
        .map(|e| e.expect("a directory entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    references.sort();
    references
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a readable reference");
            let json = serde_json::from_str(&text).expect("a JSON reference");
            (path.with_extension("txt"), json)
        })
        .collect()
}

/// Whitespace-separated numbers.
pub struct Numbers<'a>(SplitWhitespace<'a>);

impl<'a> Numbers<'a> {
    /// The numbers of a text.
    pub fn new(text: &'a str) -> Self {
        Self(text.split_whitespace())
    }

    /// The next number.
    pub fn next<T: FromStr>(&mut self) -> T {
        let token = self.0.next().expect("one more number");
        token.parse().unwrap_or_else(|_| panic!("not a number: {token}"))
    }

    /// The next `n` numbers.
    pub fn take<T: FromStr>(&mut self, n: usize) -> Vec<T> {
        (0..n).map(|_| self.next()).collect()
    }

    /// The next `N` numbers.
    pub fn array<T: FromStr, const N: usize>(&mut self) -> [T; N] {
        std::array::from_fn(|_| self.next())
    }

    /// Nothing may be left over.
    pub fn end(mut self) {
        assert_eq!(self.0.next(), None, "unread numbers");
    }
}

/// A list of numbers in a reference.
pub fn floats(json: &Value, key: &str) -> Vec<f64> {
    let list = json[key].as_array().unwrap_or_else(|| panic!("no list {key}"));
    list.iter().map(|v| v.as_f64().expect("a number")).collect()
}

/// A number in a reference.
pub fn float(json: &Value, key: &str) -> f64 {
    json[key].as_f64().unwrap_or_else(|| panic!("no number {key}"))
}

/// The gradient of each instance of an objective, against its reference.
pub fn check_gradients<I>(
    objective: &str,
    read: fn(&str) -> I,
    parameters: fn(&I) -> usize,
    gradient: impl Fn(&I, &mut [f64]) -> f64,
) {
    for (path, reference) in instances(objective) {
        let instance = read(&std::fs::read_to_string(&path).expect("readable data"));
        let name = path.display().to_string();
        let mut d = vec![f64::NAN; parameters(&instance)];
        let value = gradient(&instance, &mut d);
        assert_matches(&name, &[value], &[float(&reference, "objective")]);
        assert_matches(&name, &d, &floats(&reference, "gradient"));
    }
}

/// Compares under ADBench's rule, entry by entry.
#[track_caller]
pub fn assert_matches(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}: length");
    for (i, (&x, &y)) in found.iter().zip(expected).enumerate() {
        assert!(adbench_distance(x, y) < LIMIT, "{what}[{i}]: {x} instead of {y}");
    }
}
