//! Parameters of user types that are not inputs.

use backprop::{grad, Differentiable};

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

#[derive(Clone, Copy, Differentiable)]
struct Knob {
    turn: f64,
    range: [f64; 2],
}

/// A struct passed by value is the base of another, and one of its fields is read later.
#[grad(forward)]
fn base_of_another(x: f64, knob: Knob, k: usize) -> f64 {
    let other = Knob { turn: x.cos(), ..knob };
    other.turn * other.range[1] + knob.range[k] * x
}

#[test]
fn a_base_that_is_read_later() {
    let (x, turn, range) = (0.7, 1.1, [0.3, -0.8]);
    let (d_x, d_knob) = base_of_another::grad(x, Knob { turn, range }, 0);
    crate::oracle::assert_all_close(&[d_x, d_knob.turn], &[-x.sin() * range[1] + range[0], 0.0]);
    crate::oracle::assert_all_close(&d_knob.range, &[x, x.cos()]);
    let direction = (0.4, KnobTangent { turn: 9.0, range: [-0.5, 2.0] });
    let along = base_of_another::jvp(x, Knob { turn, range }, 0, direction).1;
    crate::oracle::assert_close(along, 0.4 * d_x - 0.5 * x + 2.0 * x.cos());
}

/// An array of one struct several times: the tangent of a `Copy` struct is not `Copy` itself.
#[grad(forward)]
fn the_same_twice(x: f64, y: f64) -> f64 {
    let one = Knob { turn: x * y, range: [y, x] };
    let mut both = [one; 2];
    both[0].turn *= x;
    let inline = [Knob { turn: x, range: [1.0, y] }; 3];
    both[0].turn * both[1].range[0] + both[1].turn * inline[2].range[1] + one.turn
}

#[test]
fn an_array_of_copies_of_a_struct() {
    let (x, y): (f64, f64) = (0.7, 1.3);
    // x^2 y^2 + x y^2 + x y
    let (d_x, d_y) = the_same_twice::grad(x, y);
    crate::oracle::assert_all_close(
        &[d_x, d_y],
        &[2.0 * x * y * y + y * y + y, 2.0 * x * x * y + 2.0 * x * y + x],
    );
    crate::oracle::assert_close(the_same_twice::jvp(x, y, (0.3, -2.0)).1, 0.3 * d_x - 2.0 * d_y);
}
