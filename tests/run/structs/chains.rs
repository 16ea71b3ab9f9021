//! What users write around results, options, enums, constants in structs and receivers by value: each of these was refused,
//! or did not compile, once.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable, Real};

#[derive(Debug, Clone, PartialEq)]
enum Problem {
    Zero(usize),
    Bad(String),
}
#[grad]
fn safe_div(a: f64, b: f64, n: usize) -> Result<f64, Problem> {
    if b == 0.0 {
        return Err(Problem::Zero(n));
    }
    Ok(a / b)
}
#[grad]
fn chain(a: f64, b: f64) -> Result<f64, Problem> {
    let x = safe_div(a, b, 1)?;
    let y = safe_div(x, a, 2)?;
    Ok(x * y)
}
#[grad]
fn recover(a: f64, b: f64) -> f64 {
    match chain(a, b) {
        Ok(v) => v,
        Err(_) => a * 2.0,
    }
}
#[grad]
fn recover2(a: f64, b: f64) -> f64 {
    chain(a, b).unwrap_or(0.5) * a
}
#[grad]
fn recover3(a: f64, b: f64) -> f64 {
    chain(a, b).ok().unwrap_or(0.0) + chain(a, b).unwrap_or_else(|_| a)
}
#[grad]
fn mapped_result(a: f64, b: f64) -> Result<f64, String> {
    chain(a, b).map(|v| v * v).map_err(|e| format!("{e:?}"))
}
#[grad]
fn and_then(a: f64, b: f64) -> Option<f64> {
    let x = if b > 0.0 { Some(a / b) } else { None };
    x.and_then(|v| if v > 0.0 { Some(v.ln()) } else { None }).map(|v| v * a)
}
#[derive(Clone, Differentiable)]
struct Config {
    alpha: f64,
    n: usize,
}
#[derive(Clone, Differentiable)]
struct Model {
    w: f64,
    b: Option<f64>,
    #[no_grad]
    cfg: Config,
    v: Vec<f64>,
}
impl Model {
    #[grad]
    fn eval(&self, x: f64) -> f64 {
        let mut y = self.w * x * self.cfg.alpha;
        if let Some(b) = self.b {
            y += b * b;
        }
        for i in 0..self.cfg.n {
            y += self.v[i] * x;
        }
        y
    }
    #[grad]
    fn consume(self, x: f64) -> f64 {
        let s: f64 = self.v.iter().sum();
        s * self.w * x
    }
    #[grad]
    fn opt(&self) -> f64 {
        self.b.unwrap_or(1.0) * self.w
    }
}
#[grad]
fn use_model(m: &Model, x: f64) -> f64 {
    m.eval(x) + m.cfg.alpha * x * m.w + m.clone().consume(x)
}
#[grad]
fn from_fn(x: f64) -> f64 {
    let a: [f64; 4] = std::array::from_fn(|i| x.powi(i as i32));
    a.iter().sum()
}
#[grad]
fn array_map(x: f64) -> f64 {
    let a = [x, x * x, 1.0].map(|v| v.sin());
    a[0] * a[1] + a[2]
}
#[derive(Clone, Copy, Differentiable)]
enum Shape {
    Circle { r: f64 },
    Rect(f64, f64),
    Unit,
}
#[grad]
fn area(s: &Shape) -> f64 {
    match s {
        Shape::Circle { r } => std::f64::consts::PI * r * r,
        Shape::Rect(w, h) => w * h,
        Shape::Unit => 1.0,
    }
}
#[grad]
fn area_val(s: Shape, k: f64) -> f64 {
    let a = match s {
        Shape::Circle { r } => r * r,
        Shape::Rect(w, h) if w > h => w * h * h,
        Shape::Rect(w, h) => w + h,
        Shape::Unit => 1.0,
    };
    a * k
}
#[grad]
fn total_area(s: &[Shape]) -> f64 {
    s.iter().map(area).sum()
}
#[derive(Clone, Differentiable)]
struct Pair<T> {
    a: T,
    b: T,
}
#[grad]
fn pairs(p: &Pair<Pair<f64>>) -> f64 {
    p.a.a * p.b.b + p.a.b.sin() * p.b.a
}
#[derive(Clone, Copy, Differentiable)]
struct V3<T> {
    x: T,
    y: T,
    z: T,
}
impl<T: Real> V3<T> {
    #[grad]
    fn dot(self, o: V3<T>) -> T {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    #[grad]
    fn cross(&self, o: &V3<T>) -> V3<T> {
        V3 { x: self.y * o.z - self.z * o.y, y: self.z * o.x - self.x * o.z, z: self.x * o.y - self.y * o.x }
    }
    #[grad]
    fn scale(self, k: T) -> Self {
        V3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
    #[grad]
    fn norm(self) -> T {
        self.dot(self)
    }
}
#[grad]
fn triple(a: V3<f64>, b: V3<f64>, k: f64) -> f64 {
    a.cross(&b).scale(k).norm() + a.dot(b)
}
#[test]
fn chain_() {
    let g = chain::vjp(0.7, 1.1).1(Ok(1.0));
    assert_matches_central(&[g.0, g.1], |v| chain(v[0], v[1]).unwrap(), &[0.7, 1.1]);
}

#[test]
fn recover_() {
    let g = recover::grad(0.7, 1.1);
    assert_matches_central(&[g.0, g.1], |v| recover(v[0], v[1]), &[0.7, 1.1]);
}

#[test]
fn recover2_() {
    let g = recover2::grad(0.7, 1.1);
    assert_matches_central(&[g.0, g.1], |v| recover2(v[0], v[1]), &[0.7, 1.1]);
}

#[test]
fn recover3_() {
    let g = recover3::grad(0.7, 1.1);
    assert_matches_central(&[g.0, g.1], |v| recover3(v[0], v[1]), &[0.7, 1.1]);
}

#[test]
fn mapped_result_() {
    let g = mapped_result::vjp(0.7, 1.1).1(Ok(1.0));
    assert_matches_central(&[g.0, g.1], |v| mapped_result(v[0], v[1]).unwrap(), &[0.7, 1.1]);
}

#[test]
fn and_then_() {
    let g = and_then::vjp(0.7, 1.1).1(Some(1.0));
    assert_matches_central(&[g.0, g.1], |v| and_then(v[0], v[1]).unwrap(), &[0.7, 1.1]);
}

#[test]
fn eval_() {
    let m =
        |v: &[f64]| Model { w: v[0], b: Some(v[1]), cfg: Config { alpha: 0.3, n: 2 }, v: vec![v[2], v[3]] };
    let x = [0.7, 1.1, 0.4, -0.3, 0.9];
    let g = m(&x).eval_grad(x[4]);
    assert_matches_central(&[g.0.w, g.0.b.unwrap(), g.0.v[0], g.0.v[1], g.1], |v| m(v).eval(v[4]), &x);
}

#[test]
fn use_model_() {
    let m =
        |v: &[f64]| Model { w: v[0], b: Some(v[1]), cfg: Config { alpha: 0.3, n: 2 }, v: vec![v[2], v[3]] };
    let x = [0.7, 1.1, 0.4, -0.3, 0.9];
    let g = use_model::grad(&m(&x), x[4]);
    assert_matches_central(&[g.0.w, g.0.b.unwrap(), g.0.v[0], g.0.v[1], g.1], |v| use_model(&m(v), v[4]), &x);
}

#[test]
fn opt_() {
    let m =
        |v: &[f64]| Model { w: v[0], b: Some(v[1]), cfg: Config { alpha: 0.3, n: 2 }, v: vec![v[2], v[3]] };
    let x = [0.7, 1.1, 0.4, -0.3, 0.9];
    let g = m(&x).opt_grad();
    assert_matches_central(&[g.w, g.b.unwrap()], |v| m(&[v[0], v[1], 0.4, -0.3]).opt(), &x[..2]);
}

#[test]
fn from_fn_() {
    assert_matches_central(&[from_fn::grad(0.7)], |v| from_fn(v[0]), &[0.7]);
}

#[test]
fn array_map_() {
    assert_matches_central(&[array_map::grad(0.7)], |v| array_map(v[0]), &[0.7]);
}

#[test]
fn area_() {
    match area::grad(&Shape::Rect(0.7, 0.3)) {
        ShapeTangent::Rect(a, b) => {
            assert_matches_central(&[a, b], |v| area(&Shape::Rect(v[0], v[1])), &[0.7, 0.3])
        }
        _ => panic!("another variant"),
    }
}

#[test]
fn area_val_() {
    match area_val::grad(Shape::Rect(0.7, 0.3), 2.0) {
        (ShapeTangent::Rect(a, b), c) => {
            assert_matches_central(&[a, b, c], |v| area_val(Shape::Rect(v[0], v[1]), v[2]), &[0.7, 0.3, 2.0])
        }
        _ => panic!("another variant"),
    }
}

#[test]
fn total_area_() {
    match total_area::grad(&[Shape::Unit, Shape::Circle { r: 0.7 }])[1] {
        ShapeTangent::Circle { r } => {
            assert_matches_central(&[r], |v| area(&Shape::Circle { r: v[0] }), &[0.7])
        }
        _ => panic!("another variant"),
    }
}

#[test]
fn pairs_() {
    let x = [0.7, 1.1, 0.4, -0.3, 0.9];
    let p = |v: &[f64]| Pair { a: Pair { a: v[0], b: v[1] }, b: Pair { a: v[2], b: v[3] } };
    let g = pairs::grad(&p(&x));
    assert_matches_central(&[g.a.a, g.a.b, g.b.a, g.b.b], |v| pairs(&p(v)), &x[..4]);
}

#[test]
fn triple_() {
    let v3 = |v: &[f64]| V3 { x: v[0], y: v[1], z: v[2] };
    let y = [0.7, 1.1, 0.4, -0.3, 0.9, 0.2, 1.5];
    let g = triple::grad(v3(&y), v3(&y[3..]), 1.5);
    assert_matches_central(
        &[g.0.x, g.0.y, g.0.z, g.1.x, g.1.y, g.1.z, g.2],
        |v| triple(v3(v), v3(&v[3..]), v[6]),
        &y,
    );
}
