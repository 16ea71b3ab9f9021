//! Trees that are constants, walked by recursion: parts of a constant are arguments of differentiated calls.

use crate::oracle::assert_matches_central;
use backprop::grad;

#[derive(Clone, Debug)]
enum Expr {
    Var(usize),
    Const(f64),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Pow { base: Box<Expr>, n: i32 },
    Sum(Vec<Expr>),
    Neg(Box<Expr>),
}
#[grad]
fn eval(#[no_grad] e: &Expr, vars: &[f64]) -> f64 {
    match e {
        Expr::Var(k) => vars[*k],
        Expr::Const(c) => *c,
        Expr::Add(l, r) => eval(l, vars) + eval(r, vars),
        Expr::Mul(l, r) => {
            let a = eval(&**l, vars);
            a * eval(r.as_ref(), vars)
        }
        Expr::Pow { base, n } => eval(base, vars).powi(*n),
        Expr::Sum(all) => all.iter().map(|e| eval(e, vars)).sum(),
        Expr::Neg(e) => -eval(e, vars),
    }
}
#[test]
fn trees() {
    use Expr::*;
    let e = Add(
        Box::new(Mul(Box::new(Var(0)), Box::new(Pow { base: Box::new(Var(1)), n: 3 }))),
        Box::new(Sum(vec![Var(2), Neg(Box::new(Mul(Box::new(Var(2)), Box::new(Const(2.0))))), Var(0)])),
    );
    let x = [0.4, 0.7, 1.2];
    assert_matches_central(&eval::grad(&e, &x), |x| eval(&e, x), &x);
}
