//! The protocol for buffers: overwrite, accumulate, lengths, workspace, purity, empty inputs (P03–P06, P13, P14).

use crate::oracle::{assert_all_close, assert_all_close_to, assert_same_bits, panic_message, Numbers};
use backprop::{grad, Workspace};

#[grad(forward)]
fn model(w: &[f64], x: &[f64], b: f64) -> f64 {
    let mut state = b;
    for i in 0..x.len() {
        state = (state * w[i % w.len()] + x[i]).tanh();
    }
    state * state
}

fn inputs() -> (Vec<f64>, Vec<f64>, f64) {
    let mut numbers = Numbers::new(101);
    (numbers.vec(3), numbers.vec(7), 0.4)
}

#[test]
fn value_is_bit_identical_in_every_form() {
    let (w, x, b) = inputs();
    let expected = model(&w, &x, b);
    let (mut dw, mut dx, mut db) = (vec![0.0; 3], vec![0.0; 7], 0.0);
    assert_same_bits(model::value_and_grad(&w, &x, b).0, expected);
    assert_same_bits(model::vjp(&w, &x, b).0, expected);
    assert_same_bits(model::jvp(&w, &x, b, (&w, &x, 1.0)).0, expected);
    assert_same_bits(model::grad_into(&w, &x, b, &mut dw, &mut dx, &mut db), expected);
    assert_same_bits(model::grad_add(&w, &x, b, 2.0, &mut dw, &mut dx, &mut db), expected);
    let mut workspace = Workspace::default();
    assert_same_bits(model::grad_with(&mut workspace, &w, &x, b, &mut dw, &mut dx, &mut db), expected);
}

#[test]
fn grad_into_overwrites_garbage() {
    let (w, x, b) = inputs();
    let (ew, ex, eb) = model::grad(&w, &x, b);
    let (mut dw, mut dx, mut db) = (vec![f64::NAN; 3], vec![f64::INFINITY; 7], -1e300);
    model::grad_into(&w, &x, b, &mut dw, &mut dx, &mut db);
    assert_all_close_to(&dw, &ew, 1e-14);
    assert_all_close_to(&dx, &ex, 1e-14);
    assert_all_close_to(&[db], &[eb], 1e-14);
}

#[test]
fn grad_add_accumulates() {
    let (w, x, b) = inputs();
    let (ew, ex, eb) = model::grad(&w, &x, b);
    let (mut dw, mut dx, mut db) = (vec![1.0; 3], vec![-2.0; 7], 0.5);
    model::grad_add(&w, &x, b, -3.0, &mut dw, &mut dx, &mut db);
    let expect = |start: f64, g: &[f64]| g.iter().map(|g| start - 3.0 * g).collect::<Vec<_>>();
    assert_all_close_to(&dw, &expect(1.0, &ew), 1e-14);
    assert_all_close_to(&dx, &expect(-2.0, &ex), 1e-14);
    assert_all_close_to(&[db], &expect(0.5, &[eb]), 1e-14);
}

#[test]
fn a_warm_workspace_gives_the_same_bits() {
    let (w, x, b) = inputs();
    let mut workspace = Workspace::default();
    let mut run = |x: &[f64]| {
        let (mut dw, mut dx, mut db) = (vec![f64::NAN; 3], vec![f64::NAN; x.len()], f64::NAN);
        model::grad_with(&mut workspace, &w, x, b, &mut dw, &mut dx, &mut db);
        (dw, dx, db)
    };
    let cold = run(&x);
    assert_eq!(run(&x), cold);
    let longer = run(&x.repeat(3));
    assert_eq!(run(&x), cold);
    assert_eq!(run(&x.repeat(3)), longer);
    run(&[]);
    assert_eq!(run(&x), cold);
}

#[test]
fn one_workspace_serves_several_functions() {
    let (w, x, b) = inputs();
    let mut workspace = Workspace::default();
    let (mut dw, mut dx, mut db) = (vec![0.0; 3], vec![0.0; 7], 0.0);
    let mut other = vec![0.0; 7];
    for _ in 0..3 {
        model::grad_with(&mut workspace, &w, &x, b, &mut dw, &mut dx, &mut db);
        in_place_scan::grad_with(&mut workspace, &x, &mut other);
    }
    assert_all_close_to(&dx, &model::grad(&w, &x, b).1, 1e-14);
    assert_all_close_to(&other, &in_place_scan::grad(&x), 1e-14);
}

#[grad]
fn in_place_scan(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 1..a.len() {
        a[i] = a[i] * a[i - 1] + a[i].sin();
    }
    a[a.len() - 1]
}

#[test]
fn inputs_are_unchanged() {
    let (w, x, b) = inputs();
    let (w_before, x_before) = (w.clone(), x.clone());
    model::grad(&w, &x, b);
    let (_, pullback) = model::vjp(&w, &x, b);
    pullback(2.0);
    in_place_scan::grad(&x);
    assert_eq!((w, x), (w_before, x_before));
}

#[test]
fn a_buffer_of_wrong_length_panics_with_name_and_lengths() {
    let (w, x, b) = inputs();
    let (mut right, mut wrong, mut db) = (vec![0.0; 3], vec![0.0; 5], 0.0);
    let into = panic_message(|| model::grad_into(&w, &x, b, &mut right, &mut wrong, &mut db));
    let add = panic_message(|| model::grad_add(&w, &x, b, 1.0, &mut right, &mut wrong, &mut db));
    let with = panic_message(|| {
        model::grad_with(&mut Workspace::default(), &w, &x, b, &mut right, &mut wrong, &mut db)
    });
    for message in [into, add, with] {
        assert!(message.contains('x') && message.contains('5') && message.contains('7'), "{message}");
    }
    assert_eq!(right, [0.0; 3], "no work before the check");
}

#[test]
fn empty_inputs() {
    let (dw, dx, db) = model::grad(&[0.5], &[], 0.4);
    assert_eq!((dw, dx, db), (vec![0.0], vec![], 0.8));
}

#[grad(wrt(x))]
fn only_x(w: &[f64], x: &[f64], b: f64) -> f64 {
    let mut state = b;
    for i in 0..x.len() {
        state = (state * w[i % w.len()] + x[i]).tanh();
    }
    state * state
}

#[test]
fn subset_of_the_parameters() {
    let (w, x, b) = inputs();
    assert_all_close(&only_x::grad(&w, &x, b), &model::grad(&w, &x, b).1);
    let mut dx = vec![f64::NAN; 7];
    only_x::grad_into(&w, &x, b, &mut dx);
    assert_all_close(&dx, &model::grad(&w, &x, b).1);
}

#[test]
fn seeds_scale_the_pullback() {
    let (w, x, b) = inputs();
    let (dw, dx, db) = model::vjp(&w, &x, b).1(1.0);
    let (tw, tx, tb) = model::vjp(&w, &x, b).1(4.0);
    for (a, e) in [(tw, dw), (tx, dx), (vec![tb], vec![db])] {
        a.iter().zip(&e).for_each(|(a, e)| assert_same_bits(*a, 4.0 * e));
    }
    let (zw, zx, zb) = model::vjp(&w, &x, b).1(0.0);
    assert!(zw.iter().chain(&zx).chain([&zb]).all(|g| *g == 0.0));
}

#[test]
fn dot_product_identity_of_jvp_and_vjp() {
    let (w, x, b) = inputs();
    let mut numbers = Numbers::new(5);
    for _ in 0..20 {
        let (uw, ux, ub) = (numbers.vec(3), numbers.vec(7), numbers.next());
        let along = model::jvp(&w, &x, b, (&uw, &ux, ub)).1;
        let (dw, dx, db) = model::vjp(&w, &x, b).1(1.0);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        assert_all_close_to(&[along], &[dot(&uw, &dw) + dot(&ux, &dx) + ub * db], 1e-13);
    }
}

#[test]
fn threads_give_identical_bits() {
    let (w, x, b) = inputs();
    let expected = model::value_and_grad(&w, &x, b);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(model::value_and_grad(&w, &x, b), expected);
                }
            });
        }
    });
}

#[test]
fn several_pullbacks_live_at_once() {
    let (w, x, b) = inputs();
    let pullbacks: Vec<_> = [0.1, 0.2, b].iter().map(|b| model::vjp(&w, &x, *b).1).collect();
    let last = pullbacks.into_iter().map(|p| p(1.0)).next_back().unwrap();
    assert_all_close_to(&last.0, &model::grad(&w, &x, b).0, 1e-14);
}

#[grad(no_heap)]
fn sums_without_heap(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for (a, b) in x.iter().zip(y) {
        s += a * b * b;
    }
    s
}

#[test]
fn accumulating_loops_need_no_heap() {
    let (mut dx, mut dy) = ([0.0; 2], [0.0; 2]);
    sums_without_heap::grad_into(&[1.0, 2.0], &[3.0, 4.0], &mut dx, &mut dy);
    assert_eq!((dx, dy), ([9.0, 16.0], [6.0, 16.0]));
}
