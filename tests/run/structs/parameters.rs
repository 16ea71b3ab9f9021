//! Parameters of user types that are not inputs.

use backprop::grad;

/// Has no derive, and needs none: it is not among the inputs.
struct Settings {
    gain: f64,
}

#[grad(forward, wrt(x))]
fn with_settings(x: f64, settings: &Settings) -> f64 {
    settings.gain * x * x
}

#[test]
fn a_parameter_outside_wrt_needs_no_derive() {
    let settings = Settings { gain: 3.0 };
    assert_eq!(with_settings::grad(2.0, &settings), 12.0);
    assert_eq!(with_settings::jvp(2.0, &settings, 1.0), (12.0, 12.0));
}

/// Rows of any length: no form with lanes, a pullback per row of the Jacobian.
#[grad]
fn ragged_times(m: &[Vec<f64>], v: &[f64]) -> Vec<f64> {
    m.iter().map(|row| row.iter().zip(v.iter()).map(|(a, b)| a * b).sum()).collect()
}

#[test]
fn a_jacobian_of_ragged_rows() {
    let m = [vec![1.0, 2.0], vec![3.0]];
    let rows = ragged_times::jacobian(&m, &[5.0, 7.0]);
    assert_eq!(rows[0], (vec![vec![5.0, 7.0], vec![0.0]], vec![1.0, 2.0]));
    assert_eq!(rows[1], (vec![vec![0.0, 0.0], vec![5.0]], vec![3.0, 0.0]));
}
