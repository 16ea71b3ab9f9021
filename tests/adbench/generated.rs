//! Generated gradients against hand-written ones on generated instances; needs no files.

use crate::problems::numeric::max_relative;
use crate::problems::{
    ba, gmm, gmm_hand, hand, hand_jacobian, hand_model, lorenz, lstm, lstm_hand, mlp, newton, ours,
    recursion, sigmoid, sums,
};
use backprop::Workspace;

const LIMIT: f64 = 1e-12;

#[track_caller]
fn assert_close(what: &str, found: &[f64], expected: &[f64]) {
    let distance = max_relative(found, expected);
    assert!(distance < LIMIT, "{what}: {distance:e}");
}

#[test]
fn sigmoid_equals_hand() {
    for a in sigmoid::generate(100, 21) {
        let (value, d) = ours::sigmoid_value_and_grad(&a);
        let (expected, by_hand) = sigmoid::by_value(a[0], a[1], a[2], a[3], a[4]);
        assert_eq!(value.to_bits(), expected.to_bits());
        assert_close("sigmoid", &d, &by_hand);
    }
}

#[test]
fn gmm_equals_hand() {
    let mut workspace = Workspace::default();
    for (dim, k, n) in [(1, 1, 3), (2, 3, 1), (3, 5, 17), (7, 4, 12)] {
        let g = gmm::Instance::generate(dim, k, n, 22);
        let mut expected = vec![f64::NAN; g.parameters()];
        gmm_hand::fused(&g, &mut expected, &mut gmm_hand::Scratch::default());
        let mut d = vec![f64::NAN; g.parameters()];
        assert_eq!(ours::gmm_into(&g, &mut d).to_bits(), g.value().to_bits());
        assert_close("gmm", &d, &expected);
        d.fill(f64::NAN);
        assert_eq!(ours::gmm_with(&mut workspace, &g, &mut d).to_bits(), g.value().to_bits());
        assert_close("gmm with workspace", &d, &expected);
    }
}

#[test]
fn lstm_equals_hand() {
    let mut workspace = Workspace::default();
    for (layers, chars, b) in [(1, 2, 1), (2, 7, 5), (3, 20, 14)] {
        let g = lstm::Instance::generate(layers, chars, b, 23);
        let mut expected = vec![f64::NAN; g.parameters()];
        lstm_hand::stored(&g, &mut expected, &mut lstm_hand::Scratch::default());
        let mut d = vec![f64::NAN; g.parameters()];
        assert_eq!(ours::lstm_into(&g, &mut d).to_bits(), g.value().to_bits());
        assert_close("lstm", &d, &expected);
        d.fill(f64::NAN);
        assert_eq!(ours::lstm_with(&mut workspace, &g, &mut d).to_bits(), g.value().to_bits());
        assert_close("lstm with workspace", &d, &expected);
    }
}

#[test]
fn ba_equals_hand() {
    for o in ba::generate(50, true, 24) {
        let (_, expected) = ba::rows(&o.cam, &o.point, o.weight, &o.feat);
        let (value, by_vjp) = ours::ba_rows_by_vjp(&o);
        assert_eq!(value, ba::reprojection(&o.cam, &o.point, o.weight, &o.feat));
        let by_jacobian = ours::ba_rows(&o);
        for out in 0..2 {
            assert_close("ba by vjp", &by_vjp[out], &expected[out]);
            assert_close("ba by jacobian", &by_jacobian[out], &expected[out]);
        }
    }
}

#[test]
fn hand_equals_hand() {
    let g = hand_model::Instance::generate(20, 25);
    let (mut err, mut rows) = (vec![f64::NAN; 60], vec![[f64::NAN; 26]; 60]);
    hand_jacobian::jacobian::<hand_jacobian::Joints>(&g, &mut err, rows.as_flattened_mut());
    assert_close("hand", &hand::hand(&g.theta, &g.model, &g.corr, &g.points), &err);
    assert_close("hand by jacobian", ours::hand_rows(&g).as_flattened(), rows.as_flattened());
    for c in 0..26 {
        let mut direction = [0.0; 26];
        direction[c] = 1.0;
        let expected: Vec<f64> = rows.iter().map(|row| row[c]).collect();
        assert_close("hand by jvp", &ours::hand_column(&g, direction), &expected);
    }
}

#[test]
fn mlp_equals_hand() {
    let mut workspace = Workspace::default();
    for (layers, n) in [(1, 1), (3, 4), (4, 9)] {
        let (params, x, target) = mlp::generate(layers, n, 26);
        let mut expected = vec![f64::NAN; params.len()];
        let scratch = &mut mlp::Scratch::default();
        let value = mlp::stored::<mlp::Rows>(&params, &x, &target, &mut expected, scratch);
        let mut d = vec![f64::NAN; params.len()];
        assert_eq!(ours::mlp_into(&params, &x, &target, &mut d).to_bits(), value.to_bits());
        assert_close("mlp", &d, &expected);
        d.fill(f64::NAN);
        ours::mlp_with(&mut workspace, &params, &x, &target, &mut d);
        assert_close("mlp with workspace", &d, &expected);
    }
}

#[test]
fn lorenz_equals_hand() {
    let [x, y, z, sigma, rho, beta] = lorenz::START;
    let mut workspace = Workspace::default();
    for steps in [0, 1, 2, 1000] {
        let (value, expected) = lorenz::keep_state([x, y, z], [sigma, rho, beta], steps, &mut Vec::new());
        for (found, d) in [
            ours::lorenz_value_and_grad(&lorenz::START, steps),
            ours::lorenz_with(&mut workspace, &lorenz::START, steps),
        ] {
            assert_eq!(found.to_bits(), value.to_bits());
            assert_close("lorenz", &d, &expected);
        }
    }
}

#[test]
fn newton_equals_hand() {
    let mut workspace = Workspace::default();
    for a in newton::generate(100, 27).into_iter().chain([1e-9, 1e12, 1.0]) {
        let (value, expected) = newton::reverse_reused(a, &mut Vec::new());
        for (found, d) in [ours::newton_value_and_grad(a), ours::newton_with(&mut workspace, a)] {
            assert_eq!(found.to_bits(), value.to_bits());
            assert_close("newton", &[d], &[expected]);
        }
    }
}

#[test]
fn recursion_equals_hand() {
    let mut workspace = Workspace::default();
    for depth in [0, 1, 2, 1000] {
        let (value, expected) = recursion::looped(0.3, 1.7, depth, &mut Vec::new());
        for (found, d) in [
            ours::recurse_value_and_grad(0.3, 1.7, depth),
            ours::recurse_with(&mut workspace, 0.3, 1.7, depth),
        ] {
            assert_eq!(found.to_bits(), value.to_bits());
            assert_close("recursion", &d, &expected);
        }
    }
}

#[test]
fn sums_equal_hand() {
    for n in [0, 1, 2, 7, 1000] {
        let x = sums::generate(n, 28);
        let (mut d, mut expected) = (vec![f64::NAN; n], vec![f64::NAN; n]);
        assert_eq!(ours::sum_into(&x, &mut d).to_bits(), sums::sum_split(&x, &mut expected).to_bits());
        assert_eq!(d, expected);
        let value = ours::sines_into(&x, &mut d);
        assert_eq!(value.to_bits(), sums::sines_split(&x, &mut expected).to_bits());
        assert_close("sum of sines", &d, &expected);
    }
}
