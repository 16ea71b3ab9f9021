//! Times the candidates of a row against each other.
//!
//! Thread CPU time; rounds in which every candidate runs once, in rotating order; ratios are taken within a
//! round and their median is reported, so that a slow phase of the machine meets both sides of a ratio.

use super::{Candidate, Kind, Row};
use crate::problems::numeric::max_relative;
use cpu_time::ThreadTime;
use std::hint::black_box;
use std::time::Duration;

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Rounds.
    pub rounds: usize,
    /// CPU time of one candidate in one round, at least one call.
    pub sample: Duration,
}

/// What was measured of one candidate.
pub struct Measured {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// Median seconds per call; none if its gradient is wrong.
    pub seconds: Option<f64>,
    /// Seconds per call of each round.
    rounds: Vec<f64>,
    /// Heap allocations per call, after a first call.
    pub allocations: u64,
    /// Largest number of bytes held at a time during a call.
    pub peak: u64,
    /// Distance of its gradient from the hand-written one.
    pub error: f64,
}

/// A measured row.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// In the order of the row.
    pub candidates: Vec<Measured>,
}

/// Gradients may differ by this much, in units of the largest entry.
const LIMIT: f64 = 1e-9;

/// Checks every gradient, then times.
///
/// # Panics
/// If one of our or the hand-written gradients is wrong.
pub fn measure(mut row: Row, effort: Effort) -> Table {
    let errors = check(&mut row);
    let mut d = vec![0.0; row.size];
    let mut measured: Vec<Measured> = Vec::new();
    let mut repeats = Vec::new();
    for (candidate, error) in row.candidates.iter_mut().zip(errors) {
        let usage = allocation_counter::measure(|| {
            black_box((candidate.run)(&mut d));
        });
        measured.push(Measured {
            kind: candidate.kind,
            name: candidate.name,
            seconds: None,
            rounds: Vec::new(),
            allocations: usage.count_total,
            peak: usage.bytes_max,
            error,
        });
        repeats.push(calibrate(candidate, &mut d, effort.sample));
    }
    let n = measured.len();
    for round in 0..effort.rounds {
        for i in (0..n).map(|i| (i + round) % n) {
            if measured[i].error <= LIMIT {
                let seconds = time(&mut row.candidates[i], &mut d, repeats[i]);
                measured[i].rounds.push(seconds);
            }
        }
    }
    for m in &mut measured {
        m.seconds = median(m.rounds.clone());
    }
    Table { name: row.name, candidates: measured }
}

/// The distance of every candidate's gradient from the first hand-written one; zero for the function.
fn check(row: &mut Row) -> Vec<f64> {
    let gradient = |candidate: &mut Candidate| {
        let mut d = vec![f64::NAN; row.size];
        match &mut candidate.gradient {
            Some(gradient) => gradient(&mut d),
            None => {
                (candidate.run)(&mut d);
            }
        }
        d
    };
    let hand = row.candidates.iter_mut().find(|c| c.kind == Kind::Hand).expect("a hand-written gradient");
    let expected = gradient(hand);
    let mut errors = Vec::new();
    for candidate in &mut row.candidates {
        let error = match candidate.kind {
            Kind::Function => 0.0,
            _ => max_relative(&gradient(candidate), &expected),
        };
        let peer = matches!(candidate.kind, Kind::Tape | Kind::NumDual | Kind::Reverse);
        assert!(error <= LIMIT || peer, "{}, {}: the gradient is off by {error:e}", row.name, candidate.name);
        errors.push(error);
    }
    errors
}

fn calibrate(candidate: &mut Candidate, d: &mut [f64], sample: Duration) -> u32 {
    let mut repeats = 1;
    loop {
        let seconds = time(candidate, d, repeats) * f64::from(repeats);
        if seconds >= 0.5 * sample.as_secs_f64() || repeats > 1 << 24 {
            let scale = sample.as_secs_f64() / seconds.max(1e-9);
            return ((f64::from(repeats) * scale).round() as u32).max(1);
        }
        repeats *= 2;
    }
}

fn time(candidate: &mut Candidate, d: &mut [f64], repeats: u32) -> f64 {
    let start = ThreadTime::now();
    for _ in 0..repeats {
        black_box((candidate.run)(black_box(d)));
    }
    start.elapsed().as_secs_f64() / f64::from(repeats)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| 0.5 * (values[n / 2] + values[(n - 1) / 2]))
}

impl Table {
    /// The fastest candidate of a kind.
    pub fn fastest(&self, kinds: &[Kind]) -> Option<&Measured> {
        self.candidates
            .iter()
            .filter(|c| kinds.contains(&c.kind) && c.seconds.is_some())
            .min_by(|a, b| a.seconds.partial_cmp(&b.seconds).unwrap_or(std::cmp::Ordering::Equal))
    }

    /// The median over rounds of one candidate's time divided by another's.
    pub fn ratio(&self, of: &Measured, by: &Measured) -> Option<f64> {
        median(of.rounds.iter().zip(&by.rounds).map(|(a, b)| a / b).collect())
    }

    /// The fastest of a kind divided by the fastest of another.
    pub fn ratio_of(&self, of: &[Kind], by: &[Kind]) -> Option<f64> {
        self.ratio(self.fastest(of)?, self.fastest(by)?)
    }
}
