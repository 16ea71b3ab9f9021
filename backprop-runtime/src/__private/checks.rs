//! Panics with the user's names in them. The tests are inline, the messages are not.

/// The gradient buffer of a slice parameter must be as long as the parameter.
///
/// # Panics
/// If it isn't, with the name and both lengths.
#[inline(always)]
#[track_caller]
pub fn check_len(parameter: &str, buffer: usize, input: usize) {
    if buffer != input {
        length_mismatch(parameter, buffer, input);
    }
}

/// The message of [`check_len`].
///
/// # Panics
/// Always.
#[cold]
#[inline(never)]
#[track_caller]
pub fn length_mismatch(parameter: &str, buffer: usize, input: usize) -> ! {
    panic!(
        "backprop: the gradient buffer of `{parameter}` has length {buffer}, but `{parameter}` has length {input}"
    )
}

/// A tangent of one enum variant met a value or a tangent of another.
///
/// # Panics
/// Always.
#[cold]
#[inline(never)]
#[track_caller]
pub fn variant_mismatch(tangent: &str, left: &str, right: &str) -> ! {
    panic!("backprop: a `{tangent}` of variant `{left}` can't be combined with variant `{right}`")
}

/// The payload of a variant that isn't there.
///
/// # Panics
/// Always.
#[cold]
#[inline(never)]
#[track_caller]
pub fn no_such_payload(tangent: &str, wanted: &str, found: &str) -> ! {
    panic!("backprop: a `{tangent}` of variant `{wanted}` was expected, but it is `{found}`")
}
