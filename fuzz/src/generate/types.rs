//! Enums with payloads, closures that are handed on, fields that are optional, types with a parameter, errors.

use super::{Generator, Ty};
use crate::code::{Code, Prec};
use crate::program::{Block, Stmt};

const ENUM: &str = "$D#[derive(Clone, Copy)]\npub enum E {\n    Nothing,\n    One($F),\n    Two { p: $F, q: [$F; 2], n: usize },\n}";

/// A type with a parameter, with methods that the generator does not vary.
const WITH_PARAMETER: &str = "$D#[derive(Clone, Copy)]\npub struct W$P {\n    pub a: [$X; 2],\n    pub k: $X,\n}\nimpl$P W$Q {\n    $Gpub fn dot(&self, o: &Self) -> $X {\n        self.a.iter().zip(&o.a).map(|(x, y)| *x * *y).sum()\n    }\n    $Gpub fn size(self) -> $X {\n        (self.dot(&self) + $X::ONE).sqrt()\n    }\n    $Gpub fn turned(&self, x: $X) -> Self {\n        let (s, c) = x.sin_cos();\n        W { a: [self.a[0] * c - self.a[1] * s, self.a[0] * s + self.a[1] * c], k: self.k.tanh() }\n    }\n    $Gpub fn push(&mut self, x: $X) -> $X {\n        let old = self.k;\n        self.k = old * x.cos() + self.a[0];\n        self.a.swap(0, 1);\n        let n = self.size();\n        self.a[1] = self.a[1] / n;\n        old\n    }\n}";

impl Generator {
    pub(super) fn types(&mut self, out: &mut Block, depth: usize) {
        match self.below(12) {
            8..=10 => self.boxes(out),
            11 => self.fallible_chain(out),
            0 | 1 => self.handed_closure(out),
            2..=4 => self.payloads(out, depth),
            5 | 6 => self.parameter(out),
            _ => self.error(out),
        }
    }

    fn use_float(&mut self, out: &mut Block, text: &str, codes: &[&Code]) {
        let name = self.fresh("y");
        out.push(Stmt::new(&format!("let {name}: $F = {text};"), codes, &[]));
        self.declare(&name, Ty::Float, false);
    }

    /// A closure with what it captures, to a function that calls it in a loop, once, or hands it on.
    fn handed_closure(&mut self, out: &mut Block) {
        let vars = [("x", Ty::Float, false), ("y", Ty::Float, false), ("n", Ty::Int, false)];
        self.helper("apply", &vars, |g| {
            let result = g.damped(2);
            let text = "$Gpub fn apply(f: impl Fn($F) -> $F, x: $F, n: usize) -> $F {\n    let mut y = x;\n    for _ in 0..n {\n        y = f(y).sin() + f(x);\n    }\n    @0\n}";
            Stmt::new(text, &[&result], &[])
        });
        self.helper("twice", &[("x", Ty::Float, false), ("k", Ty::Int, false)], |g| {
            let inner = g.damped(1);
            let text = "$Gpub fn twice<H: Fn($F, usize) -> $F>(h: &H, x: $F, k: usize) -> $F {\n    let y = h(x, k);\n    apply(|t| h(t, k + 1) + @0, y, 2)\n}";
            Stmt::new(text, &[&inner], &[])
        });
        let (u, i) = (self.fresh("u"), self.fresh("i"));
        let (x, n) = (self.float(2), self.int(1).at_least(Prec::Atom));
        if self.once_in(2) {
            self.used("closure handed on");
            let body = self.scoped(|s| s.declare(&u, Ty::Float, false), |s, ()| s.damped(2));
            return self.use_float(out, &format!("apply(|{u}| @0, @1, @2 % 3)"), &[&body, &x, &n]);
        }
        self.used("closure by reference, handed on twice");
        let body = self.scoped(
            |s| {
                s.declare(&u, Ty::Float, false);
                s.declare(&i, Ty::Int, false);
            },
            |s, ()| s.damped(2),
        );
        self.use_float(out, &format!("twice(&|{u}: $F, {i}: usize| @0, @1, @2)"), &[&body, &x, &n]);
    }

    /// An enum made by a function and by an expression, looked at by `match`, by a method and through `&mut`.
    fn payloads(&mut self, out: &mut Block, depth: usize) {
        if self.made.insert("E") {
            self.decls.insert(0, Stmt::new(ENUM, &[], &[]).keep());
        }
        self.helper("choose", &[("x", Ty::Float, false), ("k", Ty::Int, false)], |g| {
            let all = g.floats(3, 1);
            let text = "$Gpub fn choose(x: $F, k: usize) -> E {\n    match k % 3 {\n        0 => E::Nothing,\n        1 => E::One(@0),\n        _ => E::Two { p: @1, q: [x, @2], n: k },\n    }\n}";
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        self.helper("E.value", &[("a", Ty::Float, false), ("b", Ty::Float, false), ("x", Ty::Float, false)], |g| {
            let all = g.floats(3, 2);
            let text = "impl E {\n    $Gpub fn value(&self, x: $F) -> $F {\n        match *self {\n            E::Nothing => x,\n            E::One(a) if a > x => a * x,\n            E::One(a) => { let b = a; @0 }\n            Self::Two { p: a, q: [b, _], n } if n % 2 == 0 => @1,\n            Self::Two { p: a, q, .. } => { let b = q[1]; a * @2 }\n        }\n    }\n}";
            let all: Vec<Code> = all.into_iter().map(|c| c.at_least(Prec::Mul)).collect();
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        self.helper("E.scale", &[("x", Ty::Float, false)], |g| {
            let all = g.floats(1, 1);
            let text = "impl E {\n    $Gpub fn scale(&mut self, x: $F) {\n        match self {\n            E::Nothing => {}\n            E::One(a) => *a *= x,\n            E::Two { p, q, .. } => {\n                *p = *p * @0;\n                q[0] += x;\n            }\n        }\n    }\n}";
            let all: Vec<Code> = all.into_iter().map(|c| c.at_least(Prec::Cast)).collect();
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        let (e, u, v) = (self.fresh("en"), self.fresh("u"), self.fresh("v"));
        let (a, b, c) = (self.float(1), self.float(1), self.float(1));
        let (k, other) = (self.int(1), self.damped(1));
        let made = match self.below(4) {
            0 => "E::One(@0)",
            1 => "E::Two { p: @0, q: [@1, @2], n: @3 }",
            _ => "choose(@0, @3)",
        };
        self.used("enum with payload");
        let changes = self.once_in(2);
        let m = if changes { "mut " } else { "" };
        out.push(Stmt::new(&format!("let {m}{e} = {made};"), &[&a, &b, &c, &k], &[]));
        if changes {
            self.used("&mut self of an enum");
            out.push(Stmt::new(&format!("{e}.scale(@0);"), &[&b], &[]));
        }
        match self.below(3) {
            0 => self.use_float(out, &format!("{e}.value(@0)"), &[&c]),
            1 => {
                self.used("match on an enum with payload");
                let some = self.scoped(|g| g.declare(&u, Ty::Float, false), |g, ()| g.damped(2));
                let two = self.scoped(
                    |g| {
                        g.declare(&u, Ty::Float, false);
                        g.declare(&v, Ty::Array(2), false);
                    },
                    |g, ()| g.damped(2),
                );
                let text = format!(
                    "match {e} {{\n    E::One({u}) => @0,\n    E::Two {{ p: {u}, q: {v}, .. }} => @1,\n    E::Nothing => @2,\n}}"
                );
                self.use_float(out, &text, &[&some, &two, &other]);
            }
            _ if depth > 0 => {
                self.used("if let on an enum with payload");
                let body = self.scoped(
                    |g| g.declare(&u, Ty::Float, false),
                    |g, ()| {
                        let mut body = g.block(2, depth - 1);
                        g.assignment(&mut body);
                        body
                    },
                );
                out.push(Stmt::new(&format!("if let E::One({u}) = {e} {{#0}}"), &[], &[body]));
            }
            _ => {
                self.used("let else on an enum with payload");
                let (leave, values) = self.return_text();
                let codes: Vec<&Code> = [&a].into_iter().chain(&values).collect();
                out.push(Stmt::new(&format!("let E::One({u}) = {e} else {{\n    {leave}\n}};"), &codes, &[]));
                self.declare(&u, Ty::Float, false);
            }
        }
    }

    /// A generic type with methods, at `f64`.
    fn parameter(&mut self, out: &mut Block) {
        if self.made.insert("W") {
            self.decls.insert(0, Stmt::new(WITH_PARAMETER, &[], &[]).keep());
        }
        self.used("methods of a generic type");
        let w = self.fresh("w");
        let (a, b, c, x) = (self.float(1), self.float(1), self.float(1), self.damped(1));
        out.push(Stmt::new(&format!("let mut {w} = W {{ a: [@0, @1], k: @2 }};"), &[&a, &b, &c], &[]));
        match self.below(4) {
            0 => self.use_float(out, &format!("{w}.size()"), &[]),
            1 => self.use_float(out, &format!("{w}.push(@0) * {w}.k"), &[&x]),
            2 => {
                let v = self.fresh("w");
                out.push(Stmt::new(&format!("let {v} = {w}.turned(@0);"), &[&x], &[]));
                self.use_float(out, &format!("{v}.dot(&{w}) + {v}.size()"), &[]);
            }
            _ => {
                let text =
                    format!("for _ in 0..3 {{\n    let old = {w}.push(@0);\n    {w} = {w}.turned(old);\n}}");
                out.push(Stmt::new(&text, &[&x], &[]));
                self.use_float(out, &format!("{w}.k + {w}.a[0]"), &[]);
            }
        }
    }

    /// A `Result` with text in its error, and the methods that look at it.
    fn error(&mut self, out: &mut Block) {
        self.need_option();
        self.need_tried();
        self.use_error(out);
    }

    pub(super) fn need_tried(&mut self) {
        let vars = [("x", Ty::Float, false), ("k", Ty::Int, false)];
        self.helper("tried", &vars, |g| {
            let given = g.damped(1);
            g.declare("y", Ty::Float, false);
            let all = [given, g.damped(1)];
            let text = "$Gpub fn tried(x: $F, k: usize) -> Result<$F, String> {\n    if k % 5 == 4 {\n        return Err(format!(\"{k}\"));\n    }\n    let y = maybe(@0, k).ok_or_else(|| format!(\"none at {k}\"))?;\n    Ok(@1)\n}";
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
    }

    fn use_error(&mut self, out: &mut Block) {
        let (u, e) = (self.fresh("u"), self.fresh("e"));
        let (x, k, other) = (self.float(2), self.int(1), self.damped(1));
        let some = self.scoped(|g| g.declare(&u, Ty::Float, false), |g, ()| g.damped(2));
        match self.below(5) {
            0 => {
                self.used("match on a Result");
                let text = format!(
                    "match tried(@0, @1) {{\n    Ok({u}) => @2,\n    Err({e}) => {e}.len() as f64 * @3,\n}}"
                );
                let dual = text.replace(&format!("{e}.len() as f64"), &format!("c({e}.len() as f64)"));
                let name = self.fresh("y");
                let codes = [&x, &k, &some, &other.at_least(Prec::Cast)];
                let stmt = Stmt::new(&format!("let {name}: $F = {text};"), &codes, &[]);
                out.push(stmt.dual(&format!("let {name}: $F = {dual};")));
                self.declare(&name, Ty::Float, false);
            }
            1 => {
                self.used("ok, map and unwrap_or_else");
                let text = format!("tried(@0, @1).ok().map(|{u}| @2).unwrap_or_else(|| @3)");
                self.use_float(out, &text, &[&x, &k, &some, &other]);
            }
            2 => {
                self.used("map_or on an Option");
                let text =
                    format!("{{\n    let o: Option<$F> = maybe(@0, @1);\n    o.map_or(@3, |{u}| @2)\n}}");
                self.use_float(out, &text, &[&x, &k, &some, &other]);
            }
            3 => {
                self.used("and_then, or and zip of Options");
                let text = format!(
                    "{{\n    let p: Option<$F> = maybe(@0, @1);\n    let q: Option<$F> = chained(@3, @1 + 1);\n    p.and_then(|{u}| if {u} > @3 {{ Some(@2) }} else {{ None }}).or(q).unwrap_or(@0)\n}}"
                );
                self.use_float(out, &text, &[&x, &k.at_least(Prec::Add), &some, &other]);
            }
            _ => {
                self.used("unwrap_or on a Result");
                self.use_float(out, "tried(@0, @1).unwrap_or(@2)", &[&x, &k, &other]);
            }
        }
    }
}
