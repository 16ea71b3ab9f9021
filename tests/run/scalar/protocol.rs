//! The protocol of the companion: bits, seeds, buffers, purity, identities (P01, P02, P04, P05, P08, P20–P22).

use crate::oracle::{assert_all_close_to, assert_same_bits, Flat, Numbers};
use backprop::grad;

#[grad(forward)]
fn model(a: f64, b: f64, c: f64) -> f64 {
    let z = (a * b).sin() + c.exp() / (1.0 + a * a);
    if z > 1.0 {
        z.sqrt() * b
    } else {
        z.powi(3) - a.atan2(b)
    }
}

/// The same body without the attribute.
fn model_plain(a: f64, b: f64, c: f64) -> f64 {
    let z = (a * b).sin() + c.exp() / (1.0 + a * a);
    if z > 1.0 {
        z.sqrt() * b
    } else {
        z.powi(3) - a.atan2(b)
    }
}

fn inputs() -> Vec<(f64, f64, f64)> {
    let mut numbers = Numbers::new(7);
    (0..200).map(|_| (3.0 * numbers.next(), 3.0 * numbers.next(), 2.0 * numbers.next())).collect()
}

#[test]
fn every_form_gives_the_bits_of_the_plain_function() {
    for (a, b, c) in inputs() {
        let expected = model_plain(a, b, c);
        let (mut x, mut y, mut z) = (0.0, 0.0, 0.0);
        assert_same_bits(model(a, b, c), expected);
        assert_same_bits(model::value(a, b, c), expected);
        assert_same_bits(model::value_and_grad(a, b, c).0, expected);
        assert_same_bits(model::vjp(a, b, c).0, expected);
        assert_same_bits(model::jvp(a, b, c, (1.0, 2.0, 3.0)).0, expected);
        assert_same_bits(model::grad_into(a, b, c, &mut x, &mut y, &mut z), expected);
        assert_same_bits(model::grad_add(a, b, c, 1.0, &mut x, &mut y, &mut z), expected);
    }
}

#[test]
fn grad_into_overwrites_garbage() {
    for (a, b, c) in inputs() {
        let (mut x, mut y, mut z) = (f64::NAN, f64::INFINITY, -3e300);
        model::grad_into(a, b, c, &mut x, &mut y, &mut z);
        assert_all_close_to(&[x, y, z], &model::grad(a, b, c).flat(), 1e-14);
    }
}

#[test]
fn grad_add_accumulates_seed_times_gradient() {
    for (a, b, c) in inputs() {
        let (da, db, dc) = model::grad(a, b, c);
        let (mut x, mut y, mut z) = (1.0, -2.0, 0.5);
        model::grad_add(a, b, c, 3.0, &mut x, &mut y, &mut z);
        let expected = [1.0 + 3.0 * da, -2.0 + 3.0 * db, 0.5 + 3.0 * dc];
        assert_all_close_to(&[x, y, z], &expected, 1e-14);
    }
}

#[test]
fn adding_twice_gives_twice_the_gradient() {
    for (a, b, c) in inputs() {
        let (mut x, mut y, mut z) = (0.0, 0.0, 0.0);
        model::grad_add(a, b, c, 1.0, &mut x, &mut y, &mut z);
        model::grad_add(a, b, c, 1.0, &mut x, &mut y, &mut z);
        let twice: Vec<f64> = model::grad(a, b, c).flat().iter().map(|g| 2.0 * g).collect();
        assert_all_close_to(&[x, y, z], &twice, 1e-15);
    }
}

#[test]
fn seeds_scale_linearly_and_powers_of_two_exactly() {
    for (a, b, c) in inputs() {
        let unit = model::vjp(a, b, c).1(1.0).flat();
        let twice = model::vjp(a, b, c).1(2.0).flat();
        let eighth = model::vjp(a, b, c).1(-0.125).flat();
        let third = model::vjp(a, b, c).1(3.0).flat();
        for k in 0..3 {
            assert_same_bits(twice[k], 2.0 * unit[k]);
            assert_same_bits(eighth[k], -0.125 * unit[k]);
            assert_all_close_to(&[third[k]], &[3.0 * unit[k]], 1e-14);
        }
    }
}

#[test]
fn seed_zero_gives_zeros() {
    for (a, b, c) in inputs() {
        assert!(model::vjp(a, b, c).1(0.0).flat().iter().all(|g| *g == 0.0));
        let (mut x, mut y, mut z) = (1.5, 2.5, 3.5);
        model::grad_add(a, b, c, 0.0, &mut x, &mut y, &mut z);
        assert_eq!((x, y, z), (1.5, 2.5, 3.5));
    }
}

#[test]
fn vjp_with_seed_one_is_the_gradient() {
    for (a, b, c) in inputs() {
        let by_vjp = model::vjp(a, b, c).1(1.0).flat();
        assert_all_close_to(&by_vjp, &model::grad(a, b, c).flat(), 1e-14);
    }
}

/// H08: the tangent along `u`, weighted by `w`, equals `u` dotted with the pullback of `w`.
#[test]
fn jvp_and_vjp_agree_by_their_dot_product() {
    let mut numbers = Numbers::new(11);
    for (a, b, c) in inputs() {
        let u = (numbers.next(), numbers.next(), numbers.next());
        let w = numbers.next();
        let forward = w * model::jvp(a, b, c, u).1;
        let (da, db, dc) = model::vjp(a, b, c).1(w);
        let terms = [u.0 * da, u.1 * db, u.2 * dc];
        let scale = terms.iter().fold(1.0, |m: f64, t| m.max(t.abs()));
        assert!((forward - terms.iter().sum::<f64>()).abs() <= 1e-13 * scale);
    }
}

#[test]
fn a_zero_direction_gives_a_zero_tangent() {
    for (a, b, c) in inputs() {
        assert!(model::jvp(a, b, c, (0.0, 0.0, 0.0)).1 == 0.0);
    }
}

#[test]
fn repeated_calls_give_the_same_bits() {
    for (a, b, c) in inputs() {
        let first = model::value_and_grad(a, b, c);
        assert_eq!(model::value_and_grad(a, b, c), first);
        assert_eq!(model::value_and_grad(a, b, c), first);
    }
}

#[test]
fn eight_threads_give_the_same_bits() {
    let expected: Vec<_> = inputs().iter().map(|&(a, b, c)| model::value_and_grad(a, b, c)).collect();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for (&(a, b, c), expected) in inputs().iter().zip(&expected) {
                    assert_eq!(model::value_and_grad(a, b, c), *expected);
                }
            });
        }
    });
}

#[test]
fn gradients_agree_with_central_differences() {
    for (a, b, c) in inputs() {
        let z = (a * b).sin() + c.exp() / (1.0 + a * a);
        if (z - 1.0).abs() > 1e-3 && (a * a + b * b) > 0.1 {
            check_differences!(model(a, b, c));
        }
    }
}

#[test]
fn pullbacks_own_what_they_need() {
    let pullback = {
        let (a, b, c) = (0.1, 0.2, 0.3);
        model::vjp(a, b, c).1
    };
    let expected = model::vjp(0.1, 0.2, 0.3).1(1.0);
    let on_another_thread = std::thread::spawn(move || pullback(1.0)).join().unwrap();
    assert_eq!(on_another_thread, expected);
}

#[test]
fn forms_are_plain_functions() {
    fn assert_shareable<T: Send + Sync + Copy>(_: T) {}
    assert_shareable(model::grad);
    assert_shareable(model::value_and_grad);
    let gradient: fn(f64, f64, f64) -> (f64, f64, f64) = model::grad;
    assert_eq!(gradient(0.1, 0.2, 0.3), model::grad(0.1, 0.2, 0.3));
}
