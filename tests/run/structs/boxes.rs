//! Boxes: locals, parameters, fields, and trees of them.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[grad(forward)]
fn locals(x: f64, y: f64) -> f64 {
    let mut b = Box::new(x * y);
    let c = Box::new([x, y, x * y]);
    *b += c[1];
    *b *= *b;
    let mut v = Box::new(vec![x, *b]);
    v.push(y);
    v[0] += c[2] * *b;
    let s: f64 = v.iter().sum();
    let d: Box<f64> = Box::new(s);
    let t = Box::new((x, [y, s]));
    let e = c.iter().map(|t| t * x).sum::<f64>();
    d.sin() * c.len() as f64 + *d * e + (*c)[0] + t.0 * t.1[1] + b.max(0.1)
}
#[test]
fn locals_and_what_they_hold() {
    let x = [0.4, 0.7];
    let g = locals::grad(x[0], x[1]);
    assert_matches_central(&[g.0, g.1], |x| locals(x[0], x[1]), &x);
}

#[grad(forward)]
fn params(b: &Box<f64>, mut c: Box<[f64; 3]>, d: &mut Box<f64>) -> f64 {
    let y = **b * c[0];
    c[1] = y * c[2];
    **d += c[1] * **d;
    c.iter().map(|t| t * **b).sum::<f64>() + **d
}
#[test]
fn parameters() {
    let x = [0.4, 0.7, 0.2, 0.9, 1.3];
    let f = |x: &[f64]| {
        let mut d = Box::new(x[4]);
        let y = params(&Box::new(x[0]), Box::new([x[1], x[2], x[3]]), &mut d);
        y + 0.3 * *d
    };
    let mut d = Box::new(x[4]);
    let mut cd = Box::new(0.3);
    let bx = Box::new(x[0]);
    let (_, pb) = params::vjp(&bx, Box::new([x[1], x[2], x[3]]), &mut d);
    let (gb, gc) = pb(1.0, &mut cd);
    assert_matches_central(&[*gb, gc[0], gc[1], gc[2], *cd], f, &x);
}

#[derive(Clone, Debug, Differentiable)]
enum Expr {
    X,
    Const(f64),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Pow { base: Box<Expr>, n: i32 },
    Sin(Box<Expr>),
}
impl Expr {
    #[grad(forward)]
    fn eval(&self, x: f64) -> f64 {
        match self {
            Expr::X => x,
            Expr::Const(c) => *c,
            Expr::Add(l, r) => l.eval(x) + r.eval(x),
            Expr::Mul(l, r) => {
                let a = l.eval(x);
                if a == 0.0 {
                    return 0.0;
                }
                a * r.eval(x)
            }
            Expr::Pow { base, n } => base.eval(x).powi(*n),
            Expr::Sin(e) => e.eval(x).sin(),
        }
    }
}
#[grad(forward)]
fn eval(e: &Expr, x: f64) -> f64 {
    match e {
        Expr::X => x,
        Expr::Const(c) => *c,
        Expr::Add(l, r) => eval(l, x) + eval(&r, x),
        Expr::Mul(l, r) => match (&**l, r.as_ref()) {
            (Expr::Const(c), other) => c * eval(other, x),
            (a, b) => eval(a, x) * eval(b, x),
        },
        Expr::Pow { base, n } => {
            if let Expr::Const(c) = **base {
                c.powi(*n)
            } else {
                eval(&**base, x).powi(*n)
            }
        }
        Expr::Sin(e) => match &**e {
            Expr::Const(c) => c.sin(),
            Expr::X => x.sin(),
            inner => eval(inner, x).sin(),
        },
    }
}
fn tree(c: &[f64]) -> Expr {
    use Expr::*;
    Add(
        Box::new(Mul(
            Box::new(Const(c[0])),
            Box::new(Sin(Box::new(Mul(Box::new(X), Box::new(Const(c[1])))))),
        )),
        Box::new(Pow {
            base: Box::new(Add(Box::new(X), Box::new(Pow { base: Box::new(Const(c[2])), n: 2 }))),
            n: 3,
        }),
    )
}
/// The derivative in a direction, against the gradient.
#[test]
fn forward_mode() {
    let x = [0.4, 0.7, 0.2, 0.9];
    let (d, dx) = eval::grad(&tree(&x), x[3]);
    let mut direction = d.clone();
    let flat_d = flat(&d);
    let some: Vec<f64> = (0..flat_d.len()).map(|i| 0.3 + i as f64).collect();
    backprop::Tangent::from_flat(&mut direction, &some);
    let expected: f64 = flat_d.iter().zip(&some).map(|(a, b)| a * b).sum::<f64>() + 0.7 * dx;
    let (value, slope) = eval::jvp(&tree(&x), x[3], (direction, 0.7));
    crate::oracle::assert_same_bits(value, eval(&tree(&x), x[3]));
    crate::oracle::assert_close(slope, expected);
}
fn flat(e: &impl backprop::Tangent) -> Vec<f64> {
    let mut v = vec![];
    e.to_flat(&mut v);
    v
}
#[test]
fn expression_trees() {
    let x = [0.4, 0.7, 0.2, 0.9];
    let (d, dx) = tree(&x).eval_grad(x[3]);
    let mut g = flat(&d);
    g.push(dx);
    assert_matches_central(&g, |x| tree(x).eval(x[3]), &x);
    let (d, dx) = eval::grad(&tree(&x), x[3]);
    let mut g = flat(&d);
    g.push(dx);
    assert_matches_central(&g, |x| eval(&tree(x), x[3]), &x);
}

#[derive(Clone, Debug, Differentiable)]
struct Node {
    value: f64,
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
}
#[derive(Clone, Debug, Differentiable)]
struct Pair {
    a: Box<f64>,
    b: Box<[f64; 2]>,
    n: Box<Inner>,
}
#[derive(Clone, Debug, Differentiable)]
struct Inner {
    k: f64,
    w: Vec<f64>,
}
#[grad(forward)]
fn sum(n: &Node, x: f64) -> f64 {
    let mut s = n.value * x;
    if let Some(l) = &n.left {
        s += sum(l, x * n.value);
    }
    if let Some(r) = n.right.as_ref() {
        s *= sum(r, x.sin());
    }
    s
}
#[grad(forward)]
fn depth_sum(n: &Node, x: f64) -> f64 {
    let l = match n.left {
        Some(ref l) => depth_sum(l, x),
        None => 0.0,
    };
    let r = n.right.as_deref().map_or(1.0, |r| depth_sum(r, x * 0.5));
    n.value * (l + x) * r
}
#[test]
fn optional_boxes() {
    let mk = |x: &[f64]| Node {
        value: x[0],
        left: Some(Box::new(Node { value: x[1], left: None, right: None })),
        right: Some(Box::new(Node {
            value: x[2],
            left: Some(Box::new(Node { value: x[3], left: None, right: None })),
            right: None,
        })),
    };
    let x = [0.4, 0.7, 0.2, 0.9, 1.1];
    let (d, dx) = sum::grad(&mk(&x), x[4]);
    let mut g = flat(&d);
    g.push(dx);
    assert_matches_central(&g, |x| sum(&mk(x), x[4]), &x);
    let (d, dx) = depth_sum::grad(&mk(&x), x[4]);
    let mut g = flat(&d);
    g.push(dx);
    assert_matches_central(&g, |x| depth_sum(&mk(x), x[4]), &x);
}
impl Pair {
    #[grad]
    fn f(&self, x: f64) -> f64 {
        let a = *self.a;
        let [p, q] = *self.b;
        let n = &*self.n;
        a * x
            + p * q * self.b[1]
            + n.k * n.w[0]
            + self.n.w.iter().sum::<f64>() * self.n.k
            + *self.a * x.sin()
            + (*self.a).sqrt()
    }
    #[grad]
    fn g(&mut self, x: f64) -> f64 {
        *self.a *= x;
        self.b[0] += *self.a;
        (*self.n).k = self.b[0] * x;
        self.n.w[1] *= self.n.k;
        for w in self.n.w.iter_mut() {
            *w += *self.a;
        }
        self.f(x) + self.n.w[1]
    }
    #[grad(forward)]
    fn h(a: f64, b: f64) -> Self {
        let n = Box::new(Inner { k: a * b, w: vec![a, b] });
        Pair { a: Box::new(a), b: Box::new([a, b]), n }
    }
}
#[grad]
fn made(x: f64, y: f64) -> f64 {
    let mut p = Pair::h(x, y);
    *p.a = x * y;
    p.g(y) + *p.a
}
#[test]
fn fields_and_methods() {
    let mk = |x: &[f64]| Pair {
        a: Box::new(x[0]),
        b: Box::new([x[1], x[2]]),
        n: Box::new(Inner { k: x[3], w: vec![x[4], x[5]] }),
    };
    let x = [0.4, 0.7, 0.2, 0.9, 1.1, 0.6, 1.3];
    let (d, dx) = mk(&x).f_grad(x[6]);
    let mut g = flat(&d);
    g.push(dx);
    assert_matches_central(&g, |x| mk(x).f(x[6]), &x);
    let f = |x: &[f64]| {
        let mut s = mk(x);
        let y = s.g(x[6]);
        y + 0.5 * *s.a
    };
    let mut s = mk(&x);
    let (_, pb) = s.g_vjp(x[6]);
    let mut d = mk(&x).zero_tangent();
    *d.a = 0.5;
    let dx = pb(1.0, &mut d);
    let mut g = flat(&d);
    g.push(dx);
    assert_matches_central(&g, f, &x);
    let x = [0.4, 0.7];
    let g = made::grad(x[0], x[1]);
    assert_matches_central(&[g.0, g.1], |x| made(x[0], x[1]), &x);
}
#[grad(forward)]
fn build(x: f64, n: usize) -> Expr {
    let mut e = Expr::Const(x);
    for i in 0..n {
        e = Expr::Add(Box::new(e), Box::new(Expr::Const(x * i as f64)));
    }
    if n > 1 {
        Expr::Mul(Box::new(Expr::X), Box::new(e))
    } else {
        e
    }
}
#[grad(forward)]
fn simplify(e: &Expr) -> Expr {
    match e {
        Expr::Add(l, r) => match (&**l, &**r) {
            (Expr::Const(a), Expr::Const(b)) => Expr::Const(a + b),
            _ => Expr::Add(Box::new(simplify(l)), Box::new(simplify(r))),
        },
        Expr::Mul(l, r) => Expr::Mul(l.clone(), Box::new(simplify(r))),
        other => other.clone(),
    }
}
#[grad(forward)]
fn whole(x: f64, y: f64) -> f64 {
    let e = build(x, 3);
    let s = simplify(&e);
    eval(&s, y)
}
#[test]
fn trees_are_built_and_rebuilt() {
    let x = [0.4, 0.7];
    let g = whole::grad(x[0], x[1]);
    assert_matches_central(&[g.0, g.1], |x| whole(x[0], x[1]), &x);
}
#[grad(forward)]
fn consume(e: Box<Expr>, x: f64) -> f64 {
    match *e {
        Expr::Const(c) => c * x,
        Expr::Add(l, r) => consume(l, x) + consume(r, x),
        Expr::Mul(l, r) => consume(l, x) * consume(r, x),
        _ => x,
    }
}
#[test]
fn trees_by_value() {
    use Expr::*;
    let mk = |x: &[f64]| {
        Box::new(Add(Box::new(Mul(Box::new(Const(x[0])), Box::new(Const(x[1])))), Box::new(Const(x[2]))))
    };
    let x = [0.4, 0.7, 0.2, 0.9];
    let (d, dx) = consume::grad(mk(&x), x[3]);
    let mut g = flat(&d);
    g.push(dx);
    assert_matches_central(&g, |x| consume(mk(x), x[3]), &x);
}

/// Of a constant, too.
#[grad]
fn behind_a_constant(x: f64, #[no_grad] n: &Node) -> f64 {
    let next = constant(2.0);
    let a: f64 = next.left.as_deref().map_or(x, |l| l.value * x);
    a * n.right.as_deref().map_or(x, |r| r.value + x)
}

fn constant(value: f64) -> Node {
    Node { value, left: Some(Box::new(Node { value: 3.0, left: None, right: None })), right: None }
}

#[test]
fn constants_hold_boxes() {
    let n = constant(1.0);
    assert_matches_central(&[behind_a_constant::grad(0.7, &n)], |x| behind_a_constant(x[0], &n), &[0.7]);
}

/// A reference into a constant that a branch has made can't leave the branch with the pullback.
#[grad(forward)]
fn behind_a_constant_of_a_branch(x: f64, k: usize) -> f64 {
    let mut y = x;
    if k > 0 {
        let next = constant(k as f64);
        y = x * next.left.as_deref().map_or(x.sin(), |l| l.value * x)
            + next.right.as_deref().map_or(x, |r| r.value);
    }
    for j in 0..k {
        let next = constant(j as f64);
        y *= next.left.as_deref().map_or(y, |l| l.value * (x + y));
    }
    y
}

#[test]
fn constants_of_branches_hold_boxes() {
    for k in [0, 1, 2] {
        let f = |x: &[f64]| behind_a_constant_of_a_branch(x[0], k);
        assert_matches_central(&[behind_a_constant_of_a_branch::grad(0.3, k)], f, &[0.3]);
        let (_, pullback) = behind_a_constant_of_a_branch::vjp(0.3, k);
        assert_matches_central(&[pullback(1.0)], f, &[0.3]);
        assert_matches_central(&[behind_a_constant_of_a_branch::jvp(0.3, k, 1.0).1], f, &[0.3]);
    }
}
