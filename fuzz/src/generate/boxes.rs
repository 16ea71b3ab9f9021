//! Boxes: trees of them, fields, locals; `map` on fields; options and results collected.

use super::{Generator, Ty};
use crate::code::{Code, Prec};
use crate::program::{Block, Stmt};

const TREE: &str = "$D#[derive(Clone)]\npub enum T {\n    Leaf($F),\n    Sum(Box<T>, Box<T>),\n    Scaled { by: $F, of: Box<T>, n: usize },\n}";
const HOLDER: &str = "$D#[derive(Clone)]\npub struct H {\n    pub k: Box<$F>,\n    pub b: Box<[$F; 2]>,\n    pub next: Option<Box<H>>,\n    pub c: [$F; 2],\n    pub o: Option<$F>,\n}";

impl Generator {
    pub(super) fn boxes(&mut self, out: &mut Block) {
        match self.below(6) {
            0 => self.boxed_local(out),
            1 | 2 => self.tree(out),
            3 => self.mapped_field(out),
            _ => self.holder(out),
        }
    }

    fn boxed_local(&mut self, out: &mut Block) {
        self.used("Box of a float");
        let (b, y) = (self.fresh("bx"), self.fresh("y"));
        let (x, z, w) = (self.float(2), self.damped(1), self.damped(1));
        out.push(Stmt::new(&format!("let mut {b} = Box::new(@0);"), &[&x], &[]));
        let text = match self.below(3) {
            0 => format!("*{b} = *{b} * @0;\n*{b} += @1;"),
            1 => format!("for _ in 0..3 {{\n    *{b} = (*{b} * @0).sin() + @1;\n}}"),
            _ => format!("if *{b} > @0 {{\n    *{b} *= @1;\n}} else {{\n    {b} = Box::new(@1);\n}}"),
        };
        out.push(Stmt::new(&text, &[&z.at_least(Prec::Cast), &w.at_least(Prec::Cast)], &[]));
        out.push(Stmt::new(&format!("let {y}: $F = {b}.sin() * *{b};"), &[], &[]));
        self.declare(&y, Ty::Float, false);
    }

    /// Built by recursion, changed through `&mut`, and looked at by recursion.
    fn tree(&mut self, out: &mut Block) {
        self.used("tree of boxes");
        if self.made.insert("T") {
            self.decls.insert(0, Stmt::new(TREE, &[], &[]).keep());
        }
        self.helper("grow", &[("x", Ty::Float, false), ("k", Ty::Int, false)], |g| {
            let all = g.floats(3, 1);
            let text = "$Gpub fn grow(x: $F, k: usize) -> T {\n    match k % 3 {\n        0 => T::Leaf(@0),\n        1 => T::Sum(Box::new(grow(@1, k / 2)), Box::new(T::Leaf(x))),\n        _ => T::Scaled { by: @2, of: Box::new(grow(x, k - 1)), n: k },\n    }\n}";
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        self.helper("weigh", &[("x", Ty::Float, false)], |g| {
            let all = g.floats(2, 1);
            let text = "$Gpub fn weigh(t: &T, x: $F) -> $F {\n    match t {\n        T::Leaf(a) => *a * @0,\n        T::Sum(l, r) => weigh(l, @1) + weigh(&r, x),\n        T::Scaled { by, of, n } if n % 2 == 0 => *by * weigh(&**of, x),\n        T::Scaled { by, of, .. } => match &**of {\n            T::Leaf(b) => *b * *by,\n            other => weigh(other, x).sin(),\n        },\n    }\n}";
            let all: Vec<Code> = all.into_iter().map(|c| c.at_least(Prec::Cast)).collect();
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        self.helper("bend", &[("x", Ty::Float, false)], |g| {
            let all = g.floats(1, 1);
            let text = "$Gpub fn bend(t: &mut T, x: $F) {\n    match t {\n        T::Leaf(a) => *a = *a * @0,\n        T::Sum(l, r) => {\n            bend(l, x);\n            bend(r, x);\n        }\n        T::Scaled { by, of, .. } => {\n            *by += x;\n            bend(of, x);\n        }\n    }\n}";
            let all: Vec<Code> = all.into_iter().map(|c| c.at_least(Prec::Cast)).collect();
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        let (t, y) = (self.fresh("t"), self.fresh("y"));
        let (x, z, k) = (self.damped(1), self.damped(1), self.int(1).at_least(Prec::Atom));
        let changes = self.once_in(2);
        let m = if changes { "mut " } else { "" };
        out.push(Stmt::new(&format!("let {m}{t} = grow(@0, @1 % 12);"), &[&x, &k], &[]));
        if changes {
            self.used("&mut tree of boxes");
            out.push(Stmt::new(&format!("bend(&mut {t}, @0);"), &[&z], &[]));
        }
        out.push(Stmt::new(&format!("let {y}: $F = weigh(&{t}, @0);"), &[&z], &[]));
        self.declare(&y, Ty::Float, false);
    }

    fn need_holder(&mut self) {
        if self.made.insert("H") {
            self.decls.insert(0, Stmt::new(HOLDER, &[], &[]).keep());
        }
        self.helper("held", &[("x", Ty::Float, false), ("n", Ty::Int, false)], |g| {
            let all = g.floats(3, 1);
            let text = "$Gpub fn held(x: $F, n: usize) -> H {\n    let next = if n % 4 == 0 { None } else { Some(Box::new(held(@0, n % 4 - 1))) };\n    H { k: Box::new(@1), b: Box::new([x, @2]), next, c: [x, x * x], o: if n % 2 == 0 { Some(x) } else { None } }\n}";
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
    }

    /// A struct with boxed fields, and methods.
    fn holder(&mut self, out: &mut Block) {
        self.used("boxed fields");
        self.need_holder();
        self.helper("H.total", &[("x", Ty::Float, false)], |g| {
            let all = g.floats(2, 1);
            let text = "impl H {\n    $Gpub fn total(&self, x: $F) -> $F {\n        let [p, q] = *self.b;\n        let deeper: $F = match &self.next {\n            Some(next) => next.total(x),\n            None => @0,\n        };\n        *self.k * p + (q + deeper).sin() * @1\n    }\n}";
            let all: Vec<Code> = all.into_iter().map(|c| c.at_least(Prec::Cast)).collect();
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        self.helper("H.turn", &[("x", Ty::Float, false)], |g| {
            let all = g.floats(1, 1);
            let text = "impl H {\n    $Gpub fn turn(&mut self, x: $F) -> $F {\n        let old = *self.k;\n        *self.k += x;\n        self.b[0] *= *self.k;\n        self.b.swap(0, 1);\n        if let Some(next) = self.next.as_mut() {\n            *next.k = old * @0;\n        }\n        *self.k * old\n    }\n}";
            let all: Vec<Code> = all.into_iter().map(|c| c.at_least(Prec::Cast)).collect();
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        let (h, y) = (self.fresh("ho"), self.fresh("y"));
        let (x, z, k) = (self.damped(1), self.damped(1), self.int(1));
        let changes = self.once_in(2);
        let m = if changes { "mut " } else { "" };
        out.push(Stmt::new(&format!("let {m}{h} = held(@0, @1);"), &[&x, &k], &[]));
        let text = match (changes, self.below(2)) {
            (true, 0) => format!("let {y}: $F = {h}.turn(@0) * *{h}.k * {h}.total(@0);"),
            (true, _) => format!("let {y}: $F = {h}.b[0] * {h}.turn(@0) + {h}.b[0];"),
            (false, 0) => format!("let {y}: $F = {h}.total(@0) - *{h}.k;"),
            (false, _) => format!("let {y}: $F = {h}.next.as_deref().map_or(@0, |n_| n_.b[1] * *n_.k);"),
        };
        out.push(Stmt::new(&text, &[&z.at_least(Prec::Cast)], &[]));
        self.declare(&y, Ty::Float, false);
    }

    /// `map` on fields whose types the macro does not see.
    fn mapped_field(&mut self, out: &mut Block) {
        self.used("map on a field");
        self.need_holder();
        let (h, a, u) = (self.fresh("ho"), self.fresh("a"), self.fresh("u"));
        let (x, k) = (self.damped(1), self.int(1));
        out.push(Stmt::new(&format!("let {h} = held(@0, @1);"), &[&x, &k], &[]));
        let inner = self.scoped(|g| g.declare(&u, Ty::Float, false), |g, ()| g.damped(2));
        if self.once_in(2) {
            out.push(Stmt::new(&format!("let {a} = {h}.c.map(|{u}| @0);"), &[&inner], &[]));
            let y = self.fresh("y");
            out.push(Stmt::new(&format!("let {y}: $F = {a}[0] * {a}[1];"), &[], &[]));
            return self.declare(&y, Ty::Float, false);
        }
        let other = self.damped(1);
        out.push(Stmt::new(
            &format!("let {a}: $F = {h}.o.map(|{u}| @0).unwrap_or(@1);"),
            &[&inner, &other],
            &[],
        ));
        self.declare(&a, Ty::Float, false);
    }

    /// `collect` and `sum` of options and results.
    pub(super) fn fallible_chain(&mut self, out: &mut Block) {
        let indexed = |v: &super::Var| matches!(v.ty, Ty::Array(_) | Ty::Slice(_) | Ty::Vec(_));
        let Some(a) = self.variable(indexed) else { return self.boxed_local(out) };
        self.used("options and results collected");
        self.need_option();
        self.need_tried();
        let (x, i, y) = (self.fresh("e"), self.fresh("i"), self.fresh("y"));
        let inner = self.scoped(
            |g| {
                g.declare(&x, Ty::Ref, false);
                g.declare(&i, Ty::Int, false);
            },
            |g, ()| g.damped(1),
        );
        let other = self.damped(1);
        let items = format!("{}.iter().enumerate().map(|({i}, {x})| ", a.name);
        let text = match self.below(4) {
            0 => format!("match {items}maybe(@0, {i})).collect::<Option<Vec<$F>>>() {{\n    Some(v_) => v_.iter().sum::<$F>(),\n    None => @1,\n}}"),
            1 => format!("match {items}tried(@0, {i})).collect::<Result<Vec<_>, String>>() {{\n    Ok(v_) => v_[0] * v_.iter().sum::<$F>(),\n    Err(_) => @1,\n}}"),
            2 => format!("{items}tried(@0, {i})).sum::<Result<$F, String>>().unwrap_or(@1)"),
            _ => format!("{items}maybe(@0, {i})).product::<Option<$F>>().unwrap_or(@1)"),
        };
        out.push(Stmt::new(&format!("let {y}: $F = {text};"), &[&inner, &other], &[]));
        self.declare(&y, Ty::Float, false);
    }
}
