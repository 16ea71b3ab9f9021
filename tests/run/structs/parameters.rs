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
