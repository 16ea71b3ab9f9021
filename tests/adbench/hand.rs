//! Hand kinematics against ADBench's references, simple and complicated.

use crate::hand_structs;
use crate::problems::hand::{hand, hand_complicated};
use crate::problems::hand_jacobian::{jacobian, jacobian_complicated, Joints, Sweep, Transforms};
use crate::problems::hand_model::{Affine, Instance, Model, BONES};
use crate::problems::ours;
use crate::read::{assert_matches, floats, instances, Numbers};
use std::path::Path;

fn fields<'a>(line: &'a str) -> impl Iterator<Item = f64> + 'a {
    line.split(':').map(|t| t.parse().unwrap_or_else(|_| panic!("not a number: {t}")))
}

fn affine(numbers: &mut impl Iterator<Item = f64>) -> Affine {
    let rows: [[f64; 4]; 4] =
        std::array::from_fn(|_| std::array::from_fn(|_| numbers.next().expect("16 numbers")));
    assert_eq!(rows[3], [0.0, 0.0, 0.0, 1.0], "the last row of an affine transform");
    [rows[0], rows[1], rows[2]]
}

fn read_model(folder: &Path) -> Model {
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a readable model");
    let mut model = Model {
        parent: Vec::new(),
        base_relative: Vec::new(),
        inverse_base: Vec::new(),
        vertices: Vec::new(),
        first: vec![0],
        bone: Vec::new(),
        weight: Vec::new(),
        triangles: Vec::new(),
        mirrored: false,
    };
    for line in text("bones.txt").lines() {
        let (_name, rest) = line.split_once(':').expect("a bone's name");
        let (parent, rest) = rest.split_once(':').expect("a bone's parent");
        model.parent.push(parent.parse().unwrap_or(BONES));
        let mut numbers = fields(rest);
        model.base_relative.push(affine(&mut numbers));
        model.inverse_base.push(affine(&mut numbers));
    }
    assert_eq!(model.parent.len(), BONES);
    for line in text("vertices.txt").lines() {
        let numbers: Vec<f64> = fields(line).collect();
        model.vertices.push([numbers[0], numbers[1], numbers[2]]);
        let count = numbers[8] as usize;
        for entry in numbers[9..9 + 2 * count].chunks_exact(2) {
            model.bone.push(entry[0] as usize);
            model.weight.push(entry[1]);
        }
        model.first.push(model.bone.len());
    }
    for line in text("triangles.txt").lines() {
        let numbers: Vec<f64> = fields(line).collect();
        model.triangles.push([numbers[0] as usize, numbers[1] as usize, numbers[2] as usize]);
    }
    model
}

fn read(text: &str, complicated: bool, model: &Model) -> (Instance, Vec<f64>) {
    let mut numbers = Numbers::new(text);
    let [n, parameters]: [usize; 2] = numbers.array();
    assert_eq!(parameters, 26);
    let (mut corr, mut points) = (Vec::new(), Vec::new());
    for _ in 0..n {
        corr.push(numbers.next());
        points.push(numbers.array());
    }
    let us = numbers.take(if complicated { 2 * n } else { 0 });
    let theta = numbers.array();
    numbers.end();
    (Instance { model: model.clone(), theta, corr, points }, us)
}

/// `(values, Jacobian column by column)`.
type Jacobian = (Vec<f64>, Vec<f64>);

fn check(complicated: bool, gradient: impl Fn(&Instance, &[f64]) -> Jacobian) {
    for (path, reference) in instances("hand") {
        if reference["complicated"].as_bool() != Some(complicated) {
            continue;
        }
        let model = read_model(&path.with_file_name("model"));
        let text = std::fs::read_to_string(&path).expect("readable data");
        let (instance, us) = read(&text, complicated, &model);
        let (value, columns) = gradient(&instance, &us);
        let name = path.display().to_string();
        assert_matches(&name, &value, &floats(&reference, "objective"));
        assert_matches(&name, &columns, &floats(&reference, "jacobian"));
    }
}

fn column_major<const N: usize>(rows: &[[f64; N]]) -> Vec<f64> {
    (0..N).flat_map(|c| rows.iter().map(move |row| row[c])).collect()
}

fn simple_by_hand<S: Sweep>(g: &Instance) -> Jacobian {
    let n = 3 * g.corr.len();
    let (mut err, mut rows) = (vec![f64::NAN; n], vec![[f64::NAN; 26]; n]);
    jacobian::<S>(g, &mut err, rows.as_flattened_mut());
    (err, column_major(&rows))
}

#[test]
fn simple_by_hand_matches() {
    check(false, |g, _| simple_by_hand::<Transforms>(g));
    check(false, |g, _| simple_by_hand::<Joints>(g));
}

#[test]
fn complicated_by_hand_matches() {
    let flat = |(err, rows): (Vec<f64>, Vec<[f64; 28]>)| (err, column_major(&rows));
    check(true, |g, us| flat(jacobian_complicated::<Transforms>(g, us)));
    check(true, |g, us| flat(jacobian_complicated::<Joints>(g, us)));
}

#[test]
fn simple_generated_by_jvp() {
    check(false, |g, _| {
        let columns = (0..26).flat_map(|c| {
            let mut direction = [0.0; 26];
            direction[c] = 1.0;
            ours::hand_column(g, direction)
        });
        (hand(&g.theta, &g.model, &g.corr, &g.points), columns.collect())
    });
}

#[test]
fn simple_generated_by_jacobian() {
    check(false, |g, _| (hand(&g.theta, &g.model, &g.corr, &g.points), column_major(&ours::hand_rows(g))));
}

#[test]
fn complicated_generated_by_jvp() {
    check(true, |g, us| {
        let mut columns = Vec::new();
        // Each point has its own u and v, so one direction serves all points.
        for c in 0..2 {
            let d_us: Vec<f64> = (0..us.len()).map(|i| f64::from(u8::from(i % 2 == c))).collect();
            columns.extend(ours::hand_complicated_column(g, us, [0.0; 26], &d_us));
        }
        for c in 0..26 {
            let mut direction = [0.0; 26];
            direction[c] = 1.0;
            columns.extend(ours::hand_complicated_column(g, us, direction, &vec![0.0; us.len()]));
        }
        (hand_complicated(&g.theta, us, &g.model, &g.corr, &g.points), columns)
    });
}

#[test]
fn simple_by_structs_and_methods() {
    check(false, |g, _| hand_structs::simple(g));
}

#[test]
fn complicated_by_structs_and_methods() {
    check(true, hand_structs::complicated);
}

/// The errors times the Jacobian, by the pullback.
#[test]
fn gradient_by_structs_and_methods() {
    check(false, |g, _| {
        let (errors, columns) = hand_structs::simple(g);
        let dot = |column: &[f64]| errors.iter().zip(column).map(|(e, d)| e * d).sum();
        let expected: Vec<f64> = columns.chunks(errors.len()).map(dot).collect();
        assert_matches("gradient", &hand_structs::gradient(g), &expected);
        (errors, columns)
    });
}
