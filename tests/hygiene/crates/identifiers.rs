//! Identifiers of all sorts.
#![deny(warnings)]
#![allow(non_snake_case, non_camel_case_types, mixed_script_confusables, confusable_idents, uncommon_codepoints)]

use backprop::grad;

#[grad(forward)]
pub fn raw(r#type: f64, r#match: f64) -> f64 {
    let r#fn = r#type * r#match;
    let mut r#loop = r#fn;
    for r#in in 0..2 {
        r#loop = r#loop * r#type + r#in as f64;
    }
    r#loop
}

#[grad(forward)]
pub fn greek(α: f64, θ: f64, données: &[f64]) -> f64 {
    let mut Σ_ = α;
    for δ in données {
        Σ_ += θ * δ * α;
    }
    Σ_
}

#[grad(forward)]
pub fn r#struct(x: f64) -> f64 {
    x * x
}

#[grad]
pub fn underscores(_x: f64, __y: f64, _: usize, d_x: f64) -> f64 {
    let _t = _x * __y;
    let d_y = _t * d_x;
    let t_x = d_y;
    let grad = t_x;
    let __d_x = grad * 2.0;
    let __v1 = __d_x;
    __v1
}

#[grad]
pub fn like_items(vec: f64, option: f64, f64_: f64, core: f64, std: f64, backprop: f64) -> f64 {
    let usize = vec * option;
    let bool = usize + f64_ * core;
    bool * std + backprop
}

#[grad]
pub fn like_forms(value: f64, vjp: f64, seed: f64, pullback: f64, dir: &[f64]) -> f64 {
    let mut stack = value * vjp;
    for tape in dir {
        stack = stack * seed + tape * pullback;
    }
    stack
}

#[grad(forward)]
pub fn itself(itself: f64) -> f64 {
    itself * itself
}

#[test]
fn gradients() {
    assert_eq!(raw::grad(2.0, 3.0), (36.0, 8.0));
    assert_eq!(greek::grad(1.0, 2.0, &[3.0, 4.0]), (15.0, 7.0, vec![2.0, 2.0]));
    assert_eq!(r#struct::grad(2.0), 4.0);
    assert_eq!(underscores::grad(2.0, 3.0, 1, 5.0), (30.0, 20.0, 12.0));
    assert_eq!(like_items::grad(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (10.0, 5.0, 20.0, 15.0, 14.0, 1.0));
    let (dv, _, ds, dp, dd) = like_forms::grad(1.0, 2.0, 3.0, 4.0, &[5.0]);
    assert_eq!((dv, ds, dp, dd), (6.0, 2.0, 5.0, vec![4.0]));
    assert_eq!(itself::grad(3.0), 6.0);
    assert_eq!(itself::jvp(3.0, 1.0), (9.0, 6.0));
}
