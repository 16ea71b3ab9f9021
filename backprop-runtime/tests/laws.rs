//! Every `Differentiable` type obeys the same laws: one line per type.

use backprop_runtime::__private::{self as p, Accumulate};
use backprop_runtime::{Differentiable, NoTangent, Real, Tangent, Workspace};
use std::fmt::Debug;
use std::marker::PhantomData;

/// Zero, packing, linearity, the inner product and the step of a value with `floats` floats.
fn laws<T>(value: T, floats: usize)
where
    T: Differentiable + Clone + Debug,
    T::Tangent: Accumulate,
{
    let zero = value.zero_tangent();
    assert_eq!(zero.flat_len(), floats, "{value:?}");
    assert_eq!(zero.dot(&zero), 0.0);

    let numbers: Vec<f64> = (1..=floats).map(|n| n as f64).collect();
    let mut tangent = zero.clone();
    assert_eq!(tangent.from_flat(&numbers), floats);
    let mut packed = Vec::new();
    tangent.to_flat(&mut packed);
    assert_eq!(packed, numbers);
    assert_eq!(tangent.dot(&tangent), numbers.iter().map(|x| x * x).sum::<f64>());
    assert_eq!(p::zero_like(&tangent), zero);

    let (mut by_reference, mut by_value, mut scaled) = (tangent.clone(), tangent.clone(), tangent.clone());
    by_reference.add(&tangent);
    by_value.accumulate(tangent.clone());
    scaled.scale(2.0);
    assert_eq!((&by_reference, &by_value), (&scaled, &scaled));

    let (mut once, mut twice) = (value.clone(), value.clone());
    once.step(1.0, &scaled);
    twice.step(1.0, &tangent);
    twice.step(1.0, &tangent);
    assert_eq!(format!("{once:?}"), format!("{twice:?}"));
    let mut slot = tangent.clone();
    assert_eq!(p::reset(&mut slot, &value), tangent);
    assert_eq!(slot, zero);
}

#[test]
fn floats_and_containers() {
    laws(1.5_f64, 1);
    laws(1.5_f32, 1);
    laws([1.0_f64; 40], 40);
    laws([[1.0_f32; 2]; 3], 6);
    laws(vec![vec![1.0_f64; 2], vec![], vec![3.0]], 3);
    laws(Box::new((1.0_f64, 2.0_f32)), 2);
    laws(Some(2.0_f64), 1);
    laws(None::<f64>, 0);
    laws(Ok::<_, String>([1.0_f64; 2]), 2);
    laws(Err::<f64, _>("no"), 0);
    laws((1.0_f64, 7_usize, [2.0_f64; 2], "text"), 3);
    laws((1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0_f64), 12);
}

#[test]
fn passive_types() {
    laws((), 0);
    laws(3_u8, 0);
    laws(true, 0);
    laws('c', 0);
    laws(String::from("text"), 0);
    laws(PhantomData::<f64>, 0);
    laws(vec![1, 2, 3], 0);
    laws(NoTangent, 0);
}

#[test]
fn shapes_of_tangents() {
    let _: (f64, ()) = (1.0, 2_usize).zero_tangent();
    let _: Result<f64, ()> = Ok::<_, std::fmt::Error>(1.0).zero_tangent();
    let _: Vec<[f64; 2]> = [[1.0, 2.0]].as_slice().zero_tangent();
    assert_eq!(p::zeros_like_slice(&[1.0_f32, 2.0]), [0.0; 2]);
}

#[test]
fn contributions_of_other_types() {
    let mut slot = (1.0_f64, (), NoTangent, [1.0_f32; 2]);
    slot.accumulate((2.0_f32, "anything", 5.0, [1.0_f64, 2.0]));
    assert_eq!(slot, (3.0, (), NoTangent, [2.0, 3.0]));
    let mut none: Option<f64> = None;
    none.accumulate(Some(2.0));
    assert_eq!(none, Some(2.0));
    *p::some_payload(&mut none) += 1.0;
    assert_eq!(none, Some(3.0));
    let sink = p::no_slot(&mut slot);
    sink[3]["k"] += 1.0;
    sink.accumulate(vec![1.0]);
}

#[test]
fn values_and_casts_of_unknown_type() {
    let x = 2.0_f64;
    assert_eq!(p::real(x) + p::real(&x) + p::real(&&x), 6.0);
    fn twice<T: Real>(x: &T) -> T {
        p::real(x) + p::real(*x)
    }
    assert_eq!(twice(&3.0_f32), 6.0);
    assert_eq!(p::Cast::cast_back(&1.0_f32, 2.0_f64), 2.0_f32);
    let NoTangent = p::Cast::cast_back(&1_usize, 2.0_f64);
    assert_eq!(p::Cast::cast_forward::<f64>(&1_i64, ()), 0.0);
}

#[test]
fn real_is_std() {
    fn all<T: Real>(x: T) -> Vec<f64> {
        let (s, c) = x.sin_cos();
        [
            s,
            c,
            x.powi(3),
            x.powf(T::HALF),
            x.atan2(T::TWO),
            x.mul_add(T::TWO, T::ONE),
            x.abs_sub(T::ONE),
            T::PI,
        ]
        .map(T::to_f64)
        .to_vec()
    }
    let x = 1.25_f64;
    let expected = [
        x.sin(),
        x.cos(),
        x.powi(3),
        x.powf(0.5),
        x.atan2(2.0),
        x.mul_add(2.0, 1.0),
        0.25,
        std::f64::consts::PI,
    ];
    assert_eq!(all(x), expected);
    assert_eq!(all(1.25_f32)[0], f64::from(1.25_f32.sin()));
    assert_eq!([1.0_f32, 2.0].iter().sum::<f32>(), <f32 as Real>::from_i32(3));
}

#[test]
#[should_panic(expected = "backprop: the gradient buffer of `x` has length 2, but `x` has length 3")]
fn a_wrong_buffer_is_named() {
    p::check_len("x", 2, 3);
}

#[test]
#[should_panic(expected = "backprop: tangents of different lengths, 2 and 3")]
fn lengths_must_agree() {
    vec![0.0, 0.0].add(&vec![1.0; 3]);
}

#[test]
#[should_panic(expected = "backprop: the tangent has a payload where the value has none")]
fn none_has_nowhere_to_step() {
    None::<f64>.step(1.0, &Some(1.0));
}

#[test]
#[should_panic(expected = "backprop: the flat tangent is too short")]
fn a_flat_tangent_must_be_long_enough() {
    [0.0; 3].from_flat(&[1.0]);
}

#[test]
fn the_checker_finds_a_wrong_derivative_and_passes_a_right_one() {
    use backprop_runtime::check::{check_gradient, Error, Options};
    let f = |x: &[f64]| x[0].exp() * x[1].sin();
    let right = |x: &[f64]| vec![x[0].exp() * x[1].sin(), x[0].exp() * x[1].cos()];
    let wrong = |x: &[f64]| vec![x[0].exp() * x[1].sin(), x[0].exp()];
    let report = check_gradient(f, right, &[0.3, 2.0], &Options::default()).expect("it is right");
    assert!(report.to_string().starts_with("2 of 2 derivatives within 1e-6; worst: d/dx["), "{report}");
    match check_gradient(f, wrong, &[0.3, 2.0], &Options::default()) {
        Err(Error::Mismatch(report)) => {
            assert_eq!(report.failures().map(|entry| entry.index).collect::<Vec<_>>(), [1]);
            assert!(report.to_string().contains("wrong: d/dx[1] = "), "{report}");
        }
        other => panic!("{other:?}"),
    }
    let error = check_gradient(f, |_| vec![], &[0.3, 2.0], &Options::default()).expect_err("too short");
    assert_eq!(error.to_string(), "the gradient has length 0, the point 2");
}

#[test]
fn a_workspace_is_shared_by_reference() {
    fn core<S: p::Stacks>(stacks: &mut S) -> bool {
        let mut stack: p::Stack<(f64, usize)> = stacks.take(0);
        let room = stack.has_room();
        stack.push((1.0, 2));
        stacks.put(0, stack);
        room
    }
    let mut workspace = Workspace::default();
    assert!(!core(&mut workspace));
    assert!(core(&mut workspace));
    assert!(!core(&mut p::Fresh));
}
