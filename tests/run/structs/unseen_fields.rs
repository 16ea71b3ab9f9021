//! Fields and results whose types the macro does not see, until the user's `let` or `match` tells.
//! (`cfg(all())` on a struct: its fields may be others, so they are not looked at.)

use crate::oracle::{assert_all_close, assert_close, assert_matches_central};
use backprop::{grad, Differentiable};

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Differentiable)]
struct Node {
    value: f64,
    left: Option<usize>,
    right: Option<usize>,
}

#[grad]
fn tree(nodes: &[Node], at: usize, x: f64) -> f64 {
    let node = &nodes[at];
    let mut s = node.value * x;
    if let Some(l) = node.left {
        s += tree(nodes, l, x * 0.5);
    }
    if let Some(r) = node.right {
        s *= tree(nodes, r, s.tanh());
    }
    s
}

#[test]
fn a_tree_whose_links_are_constants() {
    let nodes = |x: &[f64]| {
        vec![
            Node { value: x[0], left: Some(1), right: Some(2) },
            Node { value: x[1], left: None, right: None },
            Node { value: x[2], left: Some(1), right: None },
        ]
    };
    let at = [0.5, 1.5, -0.7, 0.9];
    let (n, dx) = tree::grad(&nodes(&at), 0, at[3]);
    let gradient = [n[0].value, n[1].value, n[2].value, dx];
    assert_matches_central(&gradient, |x| tree(&nodes(x), 0, x[3]), &at);
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Differentiable)]
struct V2 {
    x: f64,
    y: f64,
}

#[grad]
impl std::ops::Sub for V2 {
    type Output = V2;
    fn sub(self, o: V2) -> V2 {
        V2 { x: self.x - o.x, y: self.y - o.y }
    }
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Differentiable)]
struct Segment {
    from: V2,
    to: V2,
    scale: Option<f64>,
}

impl V2 {
    #[grad]
    fn unit(self) -> Option<V2> {
        let n = self.x.hypot(self.y);
        (n > 1e-9).then(|| V2 { x: self.x / n, y: self.y / n })
    }
}

#[grad]
fn direction(s: &Segment) -> f64 {
    let (p, q): (V2, V2) = (s.from, s.to);
    let d = q - p;
    let d = d.unit();
    let scale: Option<f64> = s.scale;
    let k = scale.map(|k| k * k).unwrap_or(1.0);
    match d {
        Some(d) => k * (d.x + 2.0 * d.y),
        None => 0.0,
    }
}

#[test]
fn types_told_by_let_and_match() {
    let make =
        |v: &[f64]| Segment { from: V2 { x: v[0], y: v[1] }, to: V2 { x: v[2], y: v[3] }, scale: Some(v[4]) };
    let at = [0.1, 0.2, 1.3, -0.4, 1.5];
    let d = direction::grad(&make(&at));
    let gradient = [d.from.x, d.from.y, d.to.x, d.to.y, d.scale.unwrap()];
    assert_matches_central(&gradient, |v| direction(&make(v)), &at);
}

#[grad]
fn softmax(x: &[f64]) -> Vec<f64> {
    let e: Vec<f64> = x.iter().map(|v| v.exp()).collect();
    let s: f64 = e.iter().sum();
    e.into_iter().map(|v| v / s).collect()
}

#[grad(wrt(logits))]
fn cross_entropy(logits: &[Vec<f64>], labels: &[usize]) -> f64 {
    logits.iter().zip(labels).map(|(row, &l)| -softmax(row)[l].ln()).sum()
}

#[grad]
fn calls_cross_entropy(logits: &[Vec<f64>], k: f64) -> f64 {
    k * cross_entropy(logits, &[2, 0])
}

/// p - e_l per row.
#[test]
fn an_element_of_a_result_that_has_no_name() {
    let rows = [vec![0.1, 0.5, -0.3], vec![1.0, 0.2, 0.7]];
    let mut expected: Vec<f64> = rows.iter().flat_map(|r| softmax(r)).collect();
    expected[2] -= 1.0;
    expected[3] -= 1.0;
    assert_all_close(&cross_entropy::grad(&rows, &[2, 0]).concat(), &expected);
    let (d, d_k) = calls_cross_entropy::grad(&rows, 1.0);
    assert_all_close(&d.concat(), &expected);
    assert_close(d_k, cross_entropy(&rows, &[2, 0]));
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Differentiable)]
struct Partly {
    #[no_grad]
    a: f64,
    #[no_grad]
    b: f64,
    x: f64,
}

#[grad(forward)]
fn constants_in_sums(p: Partly) -> f64 {
    let offset = -p.a;
    let sum = p.a + p.b;
    let more = p.b - p.x;
    (offset * p.x + sum) * more
}

#[test]
fn sums_of_constant_fields() {
    let p = Partly { a: 2.0, b: 3.0, x: 0.5 };
    // (5 - 2 x) (3 - x)
    let slope = -2.0 * 2.5 - 4.0;
    assert_close(constants_in_sums::grad(p).x, slope);
    assert_close(constants_in_sums::jvp(p, PartlyTangent { x: 1.0 }).1, slope);
}

#[grad(forward)]
fn root_if_positive(x: f64, y: f64) -> f64 {
    let root = (x > 0.0).then(|| x.sqrt() * y);
    let sum = (x + y > 1.0).then_some(x + y);
    root.unwrap_or(y * y) * sum.unwrap_or(2.0)
}

#[test]
fn options_by_then() {
    for at in [[0.25, 3.0], [-0.25, 3.0], [0.25, 0.5], [-0.25, 0.5]] {
        let (x, y) = root_if_positive::grad(at[0], at[1]);
        assert_matches_central(&[x, y], |v| root_if_positive(v[0], v[1]), &at);
        assert_close(root_if_positive::jvp(at[0], at[1], (1.0, -2.0)).1, x - 2.0 * y);
    }
}

#[grad]
impl<T: backprop::Real> std::ops::Mul<T> for Pair<T> {
    type Output = Self;
    fn mul(self, k: T) -> Self {
        Pair { a: self.a * k, b: self.b * k }
    }
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Differentiable)]
struct Pair<T> {
    a: T,
    b: T,
}

impl<T: backprop::Real> Pair<T> {
    /// Numbers in the parentheses, though their types are not seen; the operator before them is the user's.
    #[grad]
    fn turned(self, k: T) -> Pair<T> {
        self * (T::TWO * k.sin() / self.a)
    }
}

#[test]
fn numbers_inside_operators_of_a_generic_type() {
    let f = |v: &[f64]| {
        let p = Pair { a: v[0], b: v[1] }.turned(v[2]);
        p.a + 3.0 * p.b
    };
    let at = [0.7, -1.2, 0.4];
    let (d, d_k) = Pair { a: at[0], b: at[1] }.turned_vjp(at[2]).1(PairTangent { a: 1.0, b: 3.0 });
    assert_matches_central(&[d.a, d.b, d_k], f, &at);
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Differentiable)]
struct Spring<Scalar> {
    k: Scalar,
    rest: Scalar,
}

impl<Scalar: backprop::Real> Spring<Scalar> {
    /// The name of a type parameter may be as long as that of a type.
    #[grad]
    fn force(&self, x: Scalar) -> Scalar {
        let stretch = x - self.rest;
        self.k * stretch
    }
}

#[test]
fn a_type_parameter_with_a_long_name() {
    let (d, d_x) = Spring { k: 3.0, rest: 0.5 }.force_vjp(2.0).1(1.0);
    assert_eq!((d.k, d.rest, d_x), (1.5, -3.0, 3.0));
}

#[cfg(any(unix, not(unix)))]
#[derive(Differentiable, Clone)]
struct Grid {
    rows: usize,
    columns: i32,
    step: f32,
    cells: Vec<f64>,
}

impl Grid {
    #[grad(forward)]
    fn mean(&self, x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..self.cells.len() {
            s += self.cells[i] * x;
        }
        let scale = if x > 1.0 { (self.rows * self.rows) as f64 } else { (self.columns - 1) as f64 };
        s / scale + (self.step * self.step) as f64 * x + (self.rows + 2) as f64 / x
    }
}

#[test]
fn integer_fields_are_computed_with_before_they_are_cast() {
    let with = |p: &[f64]| Grid { rows: 3, columns: 5, step: p[0] as f32, cells: vec![p[1], p[2]] };
    for x in [0.5, 2.0] {
        let p = [0.5, 0.25, -1.5, x];
        let grid = with(&p);
        let (d_grid, dx) = grid.mean_grad(x);
        let f = |p: &[f64]| {
            let scale = if x > 1.0 { 9.0 } else { 4.0 };
            (p[1] + p[2]) * p[3] / scale + p[0] * p[0] * p[3] + 5.0 / p[3]
        };
        let gradient = [f64::from(d_grid.step), d_grid.cells[0], d_grid.cells[1], dx];
        assert_matches_central(&gradient, f, &p);
        let direction = grid.zero_tangent();
        let (value, slope) = grid.mean_jvp(x, (direction, 1.0));
        assert_eq!(value, grid.mean(x));
        assert_close(slope, dx);
    }
}
