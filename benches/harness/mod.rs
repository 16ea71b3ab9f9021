//! Measures rows of candidates and reports them.

// Formulas of several arrays read better with indices.
#![allow(clippy::needless_range_loop)]

/// Adds the peers to a row: `run` is written once over their types of numbers, and `by` in it is how each runs a function.
macro_rules! peers {
    ($row:expr, [$($kind:ident)*], $by:ident => $run:expr) => {{
        let row = $row;
        $(let row = peers!(@$kind row, $by => $run);)*
        row
    }};
    (@Tape $row:ident, $by:ident => $run:expr) => {{
        use crate::peers::by_tape as $by;
        $row.with(Kind::Tape, "tape", $run)
    }};
    (@NumDual $row:ident, $by:ident => $run:expr) => {{
        use crate::peers::by_dual as $by;
        $row.with(Kind::NumDual, "num-dual", $run)
    }};
    (@Reverse $row:ident, $by:ident => $run:expr) => {{
        use crate::peers::by_reverse as $by;
        $row.with(Kind::Reverse, "reverse", $run)
    }};
}

pub mod large;
pub mod measure;
pub mod picture;
pub mod report;
pub mod small;

/// What a candidate is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The function itself.
    Function,
    /// A generated gradient.
    Ours,
    /// A hand-written gradient that keeps the function's order and layout.
    Hand,
    /// A hand-written gradient that restructures the function as well.
    Restructured,
    /// The textbook tape.
    Tape,
    /// The crate `num-dual`.
    NumDual,
    /// The crate `reverse`.
    Reverse,
}

/// A call that returns the value and writes the gradient.
pub type Run = Box<dyn FnMut(&mut [f64]) -> f64>;

/// A call that writes the gradient.
pub type Write = Box<dyn FnMut(&mut [f64])>;

/// Something to time: it returns the value and writes the gradient (or part of it) into the slice.
pub struct Candidate {
    /// What it is.
    pub kind: Kind,
    /// Its name in the report.
    pub name: &'static str,
    /// One call.
    pub run: Run,
    /// The gradient, where `run` doesn't write it (because the form returns it).
    pub gradient: Option<Write>,
}

/// One row of the table.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Length of the flat gradient (or Jacobian).
    pub size: usize,
    /// Candidates; the first [`Kind::Hand`] is the reference of the check.
    pub candidates: Vec<Candidate>,
}

impl Row {
    /// A row without candidates.
    pub fn new(name: &'static str, size: usize) -> Self {
        Self { name, size, candidates: Vec::new() }
    }

    /// Adds a candidate.
    pub fn with(
        mut self,
        kind: Kind,
        name: &'static str,
        run: impl FnMut(&mut [f64]) -> f64 + 'static,
    ) -> Self {
        self.candidates.push(Candidate { kind, name, run: Box::new(run), gradient: None });
        self
    }

    /// Says how to get the last candidate's gradient for the check.
    pub fn checked_by(mut self, gradient: impl FnMut(&mut [f64]) + 'static) -> Self {
        if let Some(last) = self.candidates.last_mut() {
            last.gradient = Some(Box::new(gradient));
        }
        self
    }
}

/// How large the problems are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The sizes of the table.
    Full,
    /// Smaller, for a quick look and for counting instructions.
    Quick,
}

impl Scale {
    /// One of two sizes.
    pub fn pick(self, full: usize, quick: usize) -> usize {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }
}

/// Builds a row at a scale.
pub type Build = fn(Scale) -> Row;

/// All rows, by name, in the order of the table.
pub const ROWS: &[(&str, Build)] = &[
    ("sigmoid", small::sigmoid),
    ("gmm-d10", large::gmm_d10),
    ("gmm-d64", large::gmm_d64),
    ("lstm", large::lstm),
    ("ba", large::ba),
    ("hand", large::hand),
    ("mlp", large::mlp),
    ("lorenz", small::lorenz),
    ("newton", small::newton),
    ("recursion", small::recursion),
    ("sum", small::sum),
    ("sines", small::sines),
];
