//! Loops over the elements of arrays, slices and `Vec`s.

use super::{Generator, Ty, Var};
use crate::code::{Code, Kind};
use crate::program::{Block, Stmt};

fn indexed(v: &Var) -> bool {
    matches!(v.ty, Ty::Array(_) | Ty::Slice(_) | Ty::Vec(_))
}

impl Generator {
    pub(super) fn sweep(&mut self, out: &mut Block, depth: usize, label: Option<String>, text: &str) {
        let Some(a) = self.variable(indexed) else { return self.let_array(out) };
        let writable = a.mutable && self.once_in(2);
        if writable {
            return self.sweep_mut(out, depth, label, text, &a);
        }
        let Some(b) = self.variable(indexed) else { return };
        let (a_name, b_name) = (&a.name, &b.name);
        let (x, y, i) = (self.fresh("e"), self.fresh("e"), self.fresh("i"));
        let float = |n: &str| (n.to_string(), Ty::Float);
        let by_ref = |n: &str| (n.to_string(), Ty::Ref);
        let (feature, header, vars) = match self.below(12) {
            0 => ("for over iter()", format!("{x} in {a_name}.iter()"), vec![by_ref(&x)]),
            1 => ("for over &a", format!("&{x} in {a_name}.iter()"), vec![float(&x)]),
            2 => (
                "for over enumerate",
                format!("({i}, {x}) in {a_name}.iter().enumerate()"),
                vec![(i, Ty::Int), by_ref(&x)],
            ),
            3 => (
                "for over zip",
                format!("({x}, &{y}) in {a_name}.iter().zip({b_name}.iter())"),
                vec![by_ref(&x), float(&y)],
            ),
            4 => ("for over rev", format!("{x} in {a_name}.iter().rev()"), vec![by_ref(&x)]),
            5 => ("for over chunks", format!("{x} in {a_name}.chunks(2)"), vec![(x, Ty::Slice(1))]),
            6 => {
                ("for over chunks_exact", format!("{x} in {a_name}.chunks_exact(2)"), vec![(x, Ty::Slice(2))])
            }
            7 => ("for over windows", format!("{x} in {a_name}.windows(2)"), vec![(x, Ty::Slice(2))]),
            8 => (
                "for over zip with skip",
                format!("(&{x}, {y}) in {a_name}.iter().zip({b_name}.iter().skip(1))"),
                vec![float(&x), by_ref(&y)],
            ),
            9 if matches!(a.ty, Ty::Array(_)) => {
                ("for over an array by value", format!("{x} in {a_name}"), vec![float(&x)])
            }
            10 => ("for over copied", format!("{x} in {a_name}.iter().copied()"), vec![float(&x)]),
            _ => (
                "for over take and step_by",
                format!("{x} in {a_name}.iter().step_by(2).take(2)"),
                vec![by_ref(&x)],
            ),
        };
        self.used(feature);
        let name = a.name.clone();
        // What is iterated over can't be written in the body.
        let body = self.frozen(&[name, b.name.clone()], |g| {
            g.body(depth, label, false, |g| vars.into_iter().for_each(|(n, ty)| g.declare(&n, ty, false)))
        });
        out.push(Stmt::new(&format!("{text}for {header} {{#0}}"), &[], &[body]));
    }

    /// Generates while these can be read but not written.
    pub(super) fn frozen<T>(&mut self, names: &[String], f: impl FnOnce(&mut Self) -> T) -> T {
        let mut was = Vec::new();
        for (s, scope) in self.scopes.iter_mut().enumerate() {
            for (k, v) in scope.iter_mut().enumerate() {
                if v.mutable && names.contains(&v.name) {
                    (v.mutable, v.frozen) = (false, true);
                    was.push((s, k));
                }
            }
        }
        let out = f(self);
        for (s, k) in was {
            let v = &mut self.scopes[s][k];
            (v.mutable, v.frozen) = (true, false);
        }
        out
    }

    fn sweep_mut(&mut self, out: &mut Block, depth: usize, label: Option<String>, text: &str, a: &Var) {
        let (x, y, i) = (self.fresh("e"), self.fresh("e"), self.fresh("i"));
        let name = &a.name;
        let other = self.without(name, |g| g.variable(indexed));
        let (feature, header, vars) = match (self.below(5), other) {
            (0, _) => (
                "for over iter_mut and enumerate",
                format!("({i}, {x}) in {name}.iter_mut().enumerate()"),
                vec![(i, Ty::Int, false), (x.clone(), Ty::Ref, true)],
            ),
            (1, Some(b)) => (
                "for over iter_mut and zip",
                format!("({x}, {y}) in {name}.iter_mut().zip({}.iter())", b.name),
                vec![(x.clone(), Ty::Ref, true), (y, Ty::Ref, false)],
            ),
            (2, _) => (
                "for over chunks_exact_mut",
                format!("{x} in {name}.chunks_exact_mut(2)"),
                vec![(x.clone(), Ty::Slice(2), true)],
            ),
            (3, _) => (
                "for over iter_mut and rev",
                format!("{x} in {name}.iter_mut().rev()"),
                vec![(x.clone(), Ty::Ref, true)],
            ),
            _ => ("for over iter_mut", format!("{x} in {name}.iter_mut()"), vec![(x.clone(), Ty::Ref, true)]),
        };
        self.used(feature);
        let chunk = vars.iter().any(|v| matches!(v.1, Ty::Slice(_)));
        let names: Vec<String> = self
            .visible(|v| v.mutable && v.name != *name && indexed(v))
            .into_iter()
            .map(|v| v.name)
            .collect();
        let body = self.without(name, |g| {
            g.frozen(&names, |g| {
                g.body(depth, label, false, |g| vars.into_iter().for_each(|(n, ty, m)| g.declare(&n, ty, m)))
            })
        });
        let mut body = body;
        let place = if chunk { format!("{x}[1]") } else { format!("*{x}") };
        let value = self.without(name, |g| g.damped(1));
        let place = Code::new(Kind::Other, place);
        let write = self.write(&place, &value);
        body.insert(0, write);
        out.push(Stmt::new(&format!("{text}for {header} {{#0}}"), &[], &[body]));
    }
}
