//! A gradient checker: is this the gradient of that function?
//!
//! Each derivative is compared with central differences at several step sizes and passes if one of them
//! agrees: a single step is off by more than 1e-4 in one of a thousand correct programs, because it is too
//! large for one function and too small for the next.

use alloc::vec::Vec;
use core::fmt;

/// How to compare.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The largest error that passes, relative to `1 + |derivative|`. 1e-6 by default.
    pub tolerance: f64,
    /// The steps to try, relative to `1 + |x|`. 1e-2, 1e-3, …, 1e-8 by default.
    pub steps: Vec<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-6, steps: Vec::from([1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]) }
    }
}

/// One derivative, beside the best of its central differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Which input.
    pub index: usize,
    /// The derivative that was given.
    pub derivative: f64,
    /// The central difference nearest to it.
    pub difference: f64,
    /// The step of that difference.
    pub step: f64,
    /// The error, relative to `1 + |difference|`.
    pub error: f64,
}

/// The result of a check: all derivatives, in the order of the inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// One entry per input.
    pub entries: Vec<Entry>,
    /// The tolerance that was asked for.
    pub tolerance: f64,
}

/// Why a check failed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The gradient has another length than the point.
    Length {
        /// The length of the gradient.
        gradient: usize,
        /// The length of the point.
        x: usize,
    },
    /// A derivative agrees with none of the differences.
    Mismatch(Report),
}

/// Compares `gradient(x)` with central differences of `f` at `x`.
///
/// ```
/// # use backprop_runtime as backprop;
/// use backprop::check::{check_gradient, Options};
///
/// let report = check_gradient(|x| x[0] * x[1], |x| vec![x[1], x[0]], &[2.0, 3.0], &Options::default());
/// assert!(report.unwrap().worst().unwrap().error < 1e-9);
/// ```
///
/// # Errors
/// [`Error::Mismatch`] with the whole report if a derivative is wrong, [`Error::Length`] if there are too many
/// or too few.
pub fn check_gradient(
    mut f: impl FnMut(&[f64]) -> f64,
    gradient: impl FnOnce(&[f64]) -> Vec<f64>,
    x: &[f64],
    options: &Options,
) -> Result<Report, Error> {
    let gradient = gradient(x);
    if gradient.len() != x.len() {
        return Err(Error::Length { gradient: gradient.len(), x: x.len() });
    }
    let mut point = x.to_vec();
    let entries = gradient
        .iter()
        .enumerate()
        .map(|(index, &derivative)| {
            let differences = options.steps.iter().map(|relative| {
                let step = relative * (1.0 + x[index].abs());
                let difference = central_difference(&mut f, &mut point, index, step);
                Entry { index, derivative, difference, step, error: error(derivative, difference) }
            });
            let missing =
                Entry { index, derivative, difference: f64::NAN, step: f64::NAN, error: f64::INFINITY };
            differences.fold(missing, |best, entry| if entry.error < best.error { entry } else { best })
        })
        .collect();
    let report = Report { entries, tolerance: options.tolerance };
    if report.failures().next().is_some() {
        return Err(Error::Mismatch(report));
    }
    Ok(report)
}

/// `(f(x + h) - f(x - h)) / 2h` in one coordinate; `point` is as before afterwards.
fn central_difference(f: &mut impl FnMut(&[f64]) -> f64, point: &mut [f64], index: usize, step: f64) -> f64 {
    let x = point[index];
    let (above, below) = (x + step, x - step);
    point[index] = above;
    let f_above = f(point);
    point[index] = below;
    let f_below = f(point);
    point[index] = x;
    (f_above - f_below) / (above - below)
}

/// The relative error; infinite for NaN, zero for equal infinities.
fn error(derivative: f64, difference: f64) -> f64 {
    if derivative == difference {
        return 0.0;
    }
    let error = (derivative - difference).abs() / (1.0 + difference.abs());
    if error.is_nan() {
        f64::INFINITY
    } else {
        error
    }
}

impl Report {
    /// The entry with the largest error; `None` without inputs.
    #[must_use]
    pub fn worst(&self) -> Option<&Entry> {
        self.entries.iter().max_by(|a, b| a.error.total_cmp(&b.error))
    }

    /// The entries beyond the tolerance.
    pub fn failures(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.error > self.tolerance)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, derivative, difference, step, error } = self;
        write!(
            f,
            "d/dx[{index}] = {derivative:e}, difference {difference:e} at step {step:.0e}: error {error:.1e}"
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, all) = (self.failures().count(), self.entries.len());
        write!(f, "{} of {all} derivatives within {:.0e}", all - failed, self.tolerance)?;
        if failed > 0 {
            return self.failures().try_for_each(|entry| write!(f, "\n  wrong: {entry}"));
        }
        match self.worst() {
            Some(worst) => write!(f, "; worst: {worst}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { gradient, x } => write!(f, "the gradient has length {gradient}, the point {x}"),
            Self::Mismatch(report) => report.fmt(f),
        }
    }
}

impl core::error::Error for Error {}
