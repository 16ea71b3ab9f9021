//! Names: nothing that the user can call a variable, a constant or a type collides with generated names
//! (V01–V05, T4, T5, T10).

use backprop::grad;

#[grad]
fn generated_looking_names(d_x: f64, tape: f64, grad: f64, seed: f64, t0: f64) -> f64 {
    let d_tape = d_x * tape;
    let tmp = grad + seed;
    let value = d_tape * tmp;
    let residual = value * t0;
    let (t1, t2) = (residual * d_x, value);
    t1 + t2 * seed
}

#[test]
fn v01_names_that_look_generated() {
    check_differences!(generated_looking_names(1.1, 0.7, -0.4, 2.0, 0.3));
}

#[grad]
fn adjoint_names(x: f64, d_x: f64, dd_x: f64, x_0: f64, x0: f64, __x: f64) -> f64 {
    let d_x0 = x * d_x;
    let __bp_x = dd_x * x_0;
    d_x0 * __bp_x + x0 * __x * d_x
}

#[test]
fn v01_names_of_adjoints() {
    check_differences!(adjoint_names(1.0, 2.0, 3.0, 0.5, 0.25, -1.0));
}

#[grad]
fn numbered(t2: f64, t1: f64) -> f64 {
    let t3 = t1 * t2;
    t3 * t1
}

/// T4: value 3.0 and gradient (2, 1.5)-like mix-ups came from call-site spans.
#[test]
fn v01_numbered_names_in_any_order() {
    check!(numbered(2.0, 3.0) => [9.0, 12.0]);
}

#[grad]
fn raw_names(r#type: f64, r#match: f64) -> f64 {
    let r#fn = r#type * r#match;
    r#fn * r#fn
}

#[test]
fn v01_raw_identifiers() {
    check!(raw_names(2.0, 3.0) => [36.0, 24.0]);
}

#[grad]
fn r#loop(x: f64) -> f64 {
    x * x
}

#[test]
fn v01_raw_function_name() {
    assert_eq!(r#loop::grad(3.0), 6.0);
}

#[allow(non_snake_case)]
#[grad]
fn greek(θ: f64, Δx: f64, σ2: f64) -> f64 {
    let λ = θ.sin() * Δx;
    λ / σ2
}

#[test]
fn v01_greek_identifiers() {
    check_differences!(greek(0.4, 1.5, 2.0));
}

#[allow(non_snake_case, unused_variables)]
#[grad]
fn prelude_names(Vec: f64, Some_: f64, core: f64, std: f64, f64_: f64, backprop: f64) -> f64 {
    let Option_ = Vec * core;
    let Default_ = std / backprop;
    Option_ * Default_ + f64_
}

#[test]
fn v02_locals_named_like_crates_and_types() {
    check_differences!(prelude_names(1.0, 2.0, 3.0, 4.0, 5.0, 6.0));
}

mod shadowed_types {
    #![allow(dead_code, non_camel_case_types)]
    use backprop::grad;

    struct Vec;
    struct Option;
    struct Some;
    struct Box;
    trait Default {}
    trait Clone {}
    mod core {}
    mod alloc {}

    #[grad]
    pub fn f(x: f64, y: f64) -> f64 {
        let a = if x > 0.0 { x * y } else { y };
        a.exp() * x
    }
}

#[test]
fn v02_types_and_modules_that_shadow_the_prelude() {
    let (dx, dy) = shadowed_types::f::grad(0.5, 0.3);
    let e = 0.15f64.exp();
    crate::oracle::assert_all_close(&[dx, dy], &[e + 0.15 * e, 0.25 * e]);
}

#[allow(non_upper_case_globals, dead_code)]
mod clashing_items {
    use backprop::grad;

    const t1: f64 = 5.0;
    const d_x: f64 = 7.0;
    static seed: f64 = 1.0;
    #[allow(non_camel_case_types)]
    struct t3;
    const value: f64 = 9.0;

    #[grad(forward)]
    pub fn f(x: f64) -> f64 {
        let a = x * x;
        a * t1 + d_x
    }
}

/// T5: items in scope turn a generated `let t1` into a pattern.
#[test]
fn v01_constants_named_like_generated_variables() {
    assert_eq!(clashing_items::f::value_and_grad(2.0), (27.0, 20.0));
    assert_eq!(clashing_items::f::jvp(2.0, 1.0), (27.0, 20.0));
}

mod own_functions {
    use backprop::grad;

    #[allow(dead_code)]
    fn grad_of(_: &str) {}
    #[allow(dead_code)]
    fn vjp() {}
    #[allow(dead_code)]
    fn drop(_: u8) {}

    #[grad]
    #[inline]
    #[must_use]
    /// Documented below the attribute.
    pub(crate) fn documented(x: f64) -> f64 {
        x * 4.0
    }
}

#[test]
fn v03_other_attributes_and_visibility_are_kept() {
    assert_eq!(own_functions::documented(2.0), 8.0);
    assert_eq!(own_functions::documented::grad(2.0), 4.0);
}

#[inline(always)]
#[doc(alias = "f")]
#[grad]
fn attributes_above(x: f64) -> f64 {
    x / 2.0
}

#[test]
fn v03_attributes_above() {
    assert_eq!(attributes_above::grad(1.0), 0.5);
}

#[grad]
fn underscores(_x: f64, _: f64, mut y: f64) -> f64 {
    y *= _x;
    y
}

#[test]
fn v05_underscore_parameters() {
    assert_eq!(underscores::grad(2.0, 9.0, 3.0), (3.0, 0.0, 2.0));
}

#[grad]
fn loop_variable_names(i: f64, j: f64, n: f64, len: f64) -> f64 {
    let k = i * j;
    k * n - len
}

#[test]
fn v01_names_of_counters() {
    check!(loop_variable_names(2.0, 3.0, 4.0, 5.0) => [12.0, 8.0, 6.0, -1.0]);
}

#[grad]
fn names_like_methods(sin: f64, exp: f64, max: f64) -> f64 {
    sin.sin() * exp.exp() + max.max(sin)
}

#[test]
fn v01_names_like_methods() {
    check_differences!(names_like_methods(0.3, 0.4, 0.9));
}

#[grad(crate = ::backprop)]
fn by_absolute_crate(x: f64) -> f64 {
    x.tan()
}

mod dependency {
    pub use backprop as renamed;
}

#[grad(crate = crate::scalar::hygiene::dependency::renamed)]
fn by_reexported_crate(x: f64) -> f64 {
    x.tan()
}

/// T9.
#[test]
fn v13_the_path_of_the_crate() {
    assert_eq!(by_absolute_crate::grad(0.0), 1.0);
    assert_eq!(by_reexported_crate::grad(0.0), 1.0);
}

#[cfg_attr(all(), grad)]
fn under_cfg_attr(x: f64) -> f64 {
    3.0 * x
}

#[test]
fn v03_attribute_through_cfg_attr() {
    assert_eq!(under_cfg_attr::grad(1.0), 3.0);
}

mod lints {
    #![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
    #![forbid(unsafe_code)]
    use backprop::grad;

    /// A documented function.
    #[grad(forward)]
    #[must_use]
    pub fn strict(x: f64, y: f64, n: usize) -> f64 {
        let unused_in_reverse = n + 1;
        let a = x.sin() * y;
        if unused_in_reverse > 3 {
            return a;
        }
        a * a
    }
}

#[test]
fn v11_no_lint_fires_in_the_expansion() {
    assert_eq!(lints::strict::grad(0.0, 2.0, 3), (2.0, 0.0));
}
