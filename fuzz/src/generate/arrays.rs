//! Arrays, `Vec`s and slices: declarations, element writes, block operations.

use super::{Generator, Ty, Var};
use crate::code::{literal, Code, Kind, Prec};
use crate::program::{Block, Stmt};

impl Generator {
    pub(super) fn let_array(&mut self, out: &mut Block) {
        if !self.tables {
            self.tables = true;
            self.items.push("const TABLE: [usize; 5] = [3, 0, 4, 3, 1];".into());
        }
        let n = 3 + self.below(3);
        let name = self.fresh("a");
        // Of constants at first: what is written then is the first that depends on an input.
        let zeros = self.once_in(3);
        if zeros {
            self.used("array of constants");
        }
        let values: Vec<Code> =
            (0..n).map(|k| if zeros { literal(k as f64 * 0.5) } else { self.float(1) }).collect();
        let codes: Vec<&Code> = values.iter().collect();
        let list: Vec<String> = (0..n).map(|k| format!("@{k}")).collect();
        let list = list.join(", ");
        let (feature, text, ty) = match self.below(10) {
            0 | 1 => ("array literal", format!("let mut {name}: [$F; {n}] = [{list}];"), Ty::Array(n)),
            2 => ("array repeat", format!("let mut {name}: [$F; {n}] = [@0; {n}];"), Ty::Array(n)),
            3 => (
                "nested array",
                format!("let mut {name}: [[$F; 3]; 2] = [[@0; 3], [@1, @2, @0]];"),
                Ty::Array2(2, 3),
            ),
            4 => (
                "nested array repeat",
                format!("let mut {name}: [[$F; 2]; 3] = [[@0; 2]; 3];"),
                Ty::Array2(3, 2),
            ),
            5 => ("vec! repeat", format!("let mut {name}: Vec<$F> = vec![@0; {n}];"), Ty::Vec(n)),
            6 => ("vec! list", format!("let mut {name}: Vec<$F> = vec![{list}];"), Ty::Vec(n)),
            7 => (
                "with_capacity and push",
                format!(
                    "let mut {name}: Vec<$F> = Vec::with_capacity({n});\n{name}.push(@0);\n{name}.push(@1);"
                ),
                Ty::Vec(2),
            ),
            _ => return self.let_copy(out),
        };
        self.used(feature);
        out.push(Stmt::new(&text, &codes, &[]));
        self.declare(&name, ty, true);
    }

    /// Another array from one that there is.
    fn let_copy(&mut self, out: &mut Block) {
        let Some(a) =
            self.variable(|v| matches!(v.ty, Ty::Array(_) | Ty::Array2(..) | Ty::Slice(_) | Ty::Vec(_)))
        else {
            return;
        };
        let name = self.fresh("b");
        let from = &a.name;
        let (feature, text, ty) = match a.ty {
            Ty::Array(n) if n == 3 && self.once_in(2) => {
                self.used("array pattern");
                let (p, q) = (self.fresh("p"), self.fresh("q"));
                out.push(
                    Stmt::new(&format!("let [{p}, _, {q}] = {from};"), &[], &[])
                        .dual(&format!("let [{p}, _, {q}] = {from}.clone();")),
                );
                self.declare(&p, Ty::Float, false);
                return self.declare(&q, Ty::Float, false);
            }
            Ty::Array(n) if self.once_in(3) => {
                ("to_vec", format!("let mut {name} = {from}.to_vec();"), Ty::Vec(n))
            }
            Ty::Array(n) => {
                let is_ref = self.once_in(2);
                let text = if is_ref {
                    format!("let mut {name}: [$F; {n}] = {from}.clone();")
                } else {
                    format!("let mut {name} = {from}.clone();")
                };
                ("array clone", text, Ty::Array(n))
            }
            Ty::Array2(n, m) => (
                "array clone",
                format!("let mut {name}: [[$F; {m}]; {n}] = {from}.clone();"),
                Ty::Array2(n, m),
            ),
            Ty::Slice(n) => ("to_vec", format!("let mut {name} = {from}.to_vec();"), Ty::Vec(n)),
            _ => ("Vec clone", format!("let mut {name} = {from}.clone();"), Ty::Vec(1)),
        };
        self.used(feature);
        out.push(Stmt::new(&text, &[], &[]));
        self.declare(&name, ty, true);
    }

    fn writable(&mut self) -> Option<Var> {
        self.variable(|v| {
            v.mutable && matches!(v.ty, Ty::Array(_) | Ty::Array2(..) | Ty::Slice(_) | Ty::Vec(_))
        })
    }

    pub(super) fn array_write(&mut self, out: &mut Block) {
        let Some(a) = self.writable() else { return self.let_array(out) };
        self.used("element write");
        let value = self.damped(2);
        if matches!(a.ty, Ty::Vec(_)) && self.once_in(4) && self.around.len() < 2 {
            self.used("push");
            out.push(
                Stmt::new(&format!("{}.push(@0);", a.name), &[&value], &[])
                    .dual(&format!("{{ let rhs_ = @0; {}.push(rhs_); }}", a.name)),
            );
            return;
        }
        if let Ty::Vec(n) = a.ty {
            // `v[i % v.len()] = x` is refused by the borrow checker.
            let i = self.without(&a.name, |g| g.index(Some(n), &a.name));
            let place = Code::of(Kind::Other, format!("{}[@0]", a.name), &[&i]);
            let stmt = self.write(&place, &value);
            return out.push(stmt);
        }
        let mut place = self.element(&a);
        place.kind = Kind::Other;
        let stmt = self.write(&place, &value);
        out.push(stmt);
    }

    pub(super) fn array_bulk(&mut self, out: &mut Block) {
        let Some(a) =
            self.variable(|v| v.mutable && matches!(v.ty, Ty::Array(_) | Ty::Slice(_) | Ty::Vec(_)))
        else {
            return self.let_array(out);
        };
        let (n, name) = match a.ty {
            Ty::Array(n) | Ty::Slice(n) | Ty::Vec(n) => (n, a.name.clone()),
            _ => return,
        };
        let same =
            |v: &Var| matches!(v.ty, Ty::Array(m) | Ty::Vec(m) | Ty::Slice(m) if m >= 2) && v.name != name;
        let other = self.variable(same);
        let (x, i, j) =
            self.without(&name, |g| (g.damped(1), g.index(Some(n), &name), g.index(Some(n), &name)));
        let (feature, text) = match (self.below(8), other) {
            (0, _) => ("reverse", format!("{name}.reverse();")),
            (1, _) => ("rotate_left", format!("{name}.rotate_left({});", self.below(n))),
            (2, _) => ("fill", format!("{name}.fill(@0);")),
            (3, Some(b)) if n >= 2 => {
                let k = self.below(n - 1);
                ("copy_from_slice", format!("{name}[{k}..{}].copy_from_slice(&{}[..2]);", k + 2, b.name))
            }
            (4, _) => ("rotate_right", format!("{name}.rotate_right({});", self.below(n))),
            (5, _) if n >= 2 => ("fill of a part", format!("{name}[1..].fill(@0);")),
            (6, Some(b)) if b.ty == a.ty && matches!(a.ty, Ty::Array(_)) => {
                ("array assignment", format!("{name} = {}.clone();", b.name))
            }
            _ => ("slice swap", format!("{name}.swap(@1, @2);")),
        };
        self.used(feature);
        out.push(Stmt::new(&text, &[&x, &i, &j], &[]));
    }

    /// Statements with a part of an array under another name.
    pub(super) fn sub_slice(&mut self, out: &mut Block, depth: usize) {
        let Some(a) = self.variable(|v| matches!(v.ty, Ty::Array(m) | Ty::Vec(m) | Ty::Slice(m) if m >= 3))
        else {
            return self.let_array(out);
        };
        let name = a.name.clone();
        let lo = self.below(2);
        let s = self.fresh("s");
        if !a.mutable || self.once_in(3) {
            self.used("sub-slice");
            let hi = if self.once_in(2) { (lo + 2).to_string() } else { Default::default() };
            let names = [name.clone()];
            let body = self.frozen(&names, |g| {
                g.scope(2, depth - 1, |g| {
                    g.declare(&s, Ty::Slice(2), false);
                })
            });
            out.push(Stmt::new(&format!("{{\n    let {s} = &{name}[{lo}..{hi}];#0}}"), &[], &[body]));
            return;
        }
        if self.once_in(2) {
            self.used("split_at_mut");
            let t = self.fresh("s");
            let body = self.without(&name, |g| {
                g.scoped(
                    |g| {
                        g.declare(&s, Ty::Slice(1), true);
                        g.declare(&t, Ty::Slice(1), true);
                    },
                    |g, ()| {
                        let mut body = g.block(1, depth - 1);
                        let x = g.damped(1);
                        body.push(g.write(&Code::new(Kind::Other, format!("{s}[0]")), &x));
                        body.push(Stmt::new(
                            &format!("{t}[0] = {t}[0] * {s}[0] + @0;"),
                            &[&x.at_least(Prec::Mul)],
                            &[],
                        ));
                        body
                    },
                )
            });
            let text = format!("{{\n    let ({s}, {t}) = {name}.split_at_mut({});#0}}", 1 + self.below(2));
            out.push(Stmt::new(&text, &[], &[body]));
            return;
        }
        self.used("&mut sub-slice");
        let body = self.without(&name, |g| {
            g.scoped(
                |g| g.declare(&s, Ty::Slice(2), true),
                |g, ()| {
                    let mut body = g.block(2, depth - 1);
                    let x = g.damped(1);
                    body.push(g.write(&Code::new(Kind::Other, format!("{s}[1]")), &x));
                    body
                },
            )
        });
        out.push(Stmt::new(&format!("{{\n    let {s} = &mut {name}[{lo}..];#0}}"), &[], &[body]));
    }
}
