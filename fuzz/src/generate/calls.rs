//! Calls of helpers with `&mut` arguments, structs, options, type parameters, and of themselves; closures.

use super::{Generator, Ty, Var};
use crate::code::{Code, Kind, Prec};
use crate::program::{Block, Stmt};

/// A struct with a passive field.
const STRUCT: &str =
    "$D#[derive(Clone, Copy)]\npub struct S {\n    pub a: $F,\n    pub b: [$F; 2],\n    pub n: usize,\n}";

/// What a body of a helper does to its parameters `x` and `y`, for every float type.
const GENERIC: [&str; 6] = [
    "x.sin() * y + x",
    "(x * x + y).tanh() - y",
    "if x > y { x * y.cos() } else { y - x }",
    "let mut s = x;\n    for _ in 0..n {\n        s = (s * y).sin() + x;\n    }\n    s",
    "let h = $H;\n    let z = x.max(y) * h;\n    z.cos() + n_times(y, n)",
    "let (s, k) = x.sin_cos();\n    s * y - k.abs().sqrt()",
];

impl Generator {
    pub(super) fn rich_call(&mut self, out: &mut Block, depth: usize) {
        match self.below(13) {
            0 => self.recursion(out),
            1 => self.generic(out),
            2 | 3 => self.mut_float(out),
            4 => self.mut_slice(out),
            5 | 6 => self.let_struct(out),
            7 | 8 => self.use_struct(out),
            9 => self.tuples(out),
            _ => self.option(out, depth),
        }
    }

    /// A helper of its own, made once; `make` gets a scope with the helper's parameters.
    pub(super) fn helper(
        &mut self,
        name: &'static str,
        vars: &[(&str, Ty, bool)],
        make: impl FnOnce(&mut Self) -> Stmt,
    ) {
        if !self.made.insert(name) {
            return;
        }
        let scopes = std::mem::replace(&mut self.scopes, vec![Vec::new()]);
        vars.iter().for_each(|(n, ty, m)| self.declare(n, ty.clone(), *m));
        let stmt = make(self);
        self.scopes = scopes;
        self.decls.push(stmt.keep());
    }

    pub(super) fn floats(&mut self, n: usize, depth: usize) -> Vec<Code> {
        (0..n).map(|_| self.damped(depth)).collect()
    }

    fn recursion(&mut self, out: &mut Block) {
        self.used("recursion");
        self.helper("rec", &[("x", Ty::Float, false), ("n", Ty::Int, false)], |g| {
            let (stop, step) = (g.damped(1), g.damped(1));
            g.declare("y", Ty::Float, false);
            let result = g.damped(2);
            let text = "$Gpub fn rec(x: $F, n: usize) -> $F {\n    if n == 0 {\n        return @0;\n    }\n    let y: $F = rec(@1, n - 1);\n    y * x + @2\n}";
            Stmt::new(text, &[&stop, &step, &result], &[])
        });
        let (x, i, name) = (self.float(2), self.int(1).at_least(Prec::Atom), self.fresh("y"));
        out.push(Stmt::new(&format!("let {name} = rec(@0, @1 % 4);"), &[&x, &i], &[]));
        self.declare(&name, Ty::Float, false);
    }

    fn generic(&mut self, out: &mut Block) {
        self.used("generic callee");
        if self.made.insert("n_times") {
            let text = "$Gpub fn n_times$P(x: $X, n: usize) -> $X {\n    let mut y = x;\n    for _ in 0..n {\n        y = (y + x).sin();\n    }\n    y\n}";
            self.decls.push(Stmt::new(text, &[], &[]).keep());
        }
        let body = GENERIC[self.below(GENERIC.len())];
        let text = format!("$Gpub fn generic$P(x: $X, y: $X, n: usize) -> $X {{\n    {body}\n}}");
        self.helper("generic", &[], |_| Stmt::new(&text, &[], &[]));
        let (x, y, i) = (self.receiver(1), self.receiver(1), self.int(1).at_least(Prec::Atom));
        let name = self.fresh("y");
        let typed = if self.once_in(2) { "$E" } else { "" };
        out.push(Stmt::new(&format!("let {name}: $F = generic{typed}(@0, @1, @2 % 4);"), &[&x, &y, &i], &[]));
        self.declare(&name, Ty::Float, false);
    }

    fn mut_float(&mut self, out: &mut Block) {
        let vars = [("out", Ty::Ref, true), ("x", Ty::Float, false), ("k", Ty::Int, false)];
        self.helper("update", &vars, |g| {
            let all = g.floats(3, 1);
            let text = "$Gpub fn update(out: &mut $F, x: $F, k: usize) -> $F {\n    let old = *out;\n    *out = @0;\n    if k > 2 {\n        *out += @1;\n        return old * x;\n    }\n    old - @2\n}";
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        let wanted = |v: &Var| v.mutable && matches!(v.ty, Ty::Float | Ty::Array(_) | Ty::Ref | Ty::Struct);
        let Some(target) = self.variable(wanted) else { return self.assignment(out) };
        let place = match target.ty {
            Ty::Array(n) => format!("&mut {}[{}]", target.name, self.below(n)),
            Ty::Ref => target.name.clone(),
            Ty::Struct if self.once_in(2) => format!("&mut {}.a", target.name),
            Ty::Struct => format!("&mut {}.b[{}]", target.name, self.below(2)),
            _ => format!("&mut {}", target.name),
        };
        self.used(if target.ty == Ty::Struct { "&mut field argument" } else { "&mut argument" });
        let (x, i) = self.without(&target.name, |g| (g.float(2), g.int(1)));
        if self.once_in(3) {
            return out.push(Stmt::new(&format!("update({place}, @0, @1);"), &[&x, &i], &[]));
        }
        let name = self.fresh("y");
        out.push(Stmt::new(&format!("let {name} = update({place}, @0, @1);"), &[&x, &i], &[]));
        self.declare(&name, Ty::Float, false);
    }

    fn mut_slice(&mut self, out: &mut Block) {
        let vars = [("v", Ty::Slice(1), true), ("x", Ty::Float, false)];
        self.helper("fill", &vars, |g| {
            let after = g.damped(1);
            g.declare("i", Ty::Int, false);
            let all = [g.damped(1), after];
            let text = "$Gpub fn fill(v: &mut [$F], x: $F) {\n    for i in 0..v.len() {\n        v[i] = v[i] * @0;\n    }\n    if v.len() > 1 {\n        v.swap(0, 1);\n        v[0] += @1;\n    }\n}";
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        let wanted = |v: &Var| v.mutable && matches!(v.ty, Ty::Array(_) | Ty::Vec(_) | Ty::Slice(_));
        let Some(target) = self.variable(wanted) else { return self.let_array(out) };
        self.used("&mut slice argument");
        let place = match target.ty {
            Ty::Slice(_) => target.name.clone(),
            _ if self.once_in(2) => format!("&mut {}[1..]", target.name),
            _ => format!("&mut {}", target.name),
        };
        let x = self.without(&target.name, |g| g.float(2));
        out.push(Stmt::new(&format!("fill({place}, @0);"), &[&x], &[]));
    }

    fn tuples(&mut self, out: &mut Block) {
        self.used("nested tuples in and out");
        let vars = [("p", Ty::Pair, false), ("k", Ty::Int, false)];
        self.helper("tuples", &vars, |g| {
            let all = g.floats(3, 2);
            let text = "$Gpub fn tuples(p: ($F, $F), q: &($F, [$F; 2]), k: usize) -> ($F, ($F, [$F; 2])) {\n    let (a, [b, _]) = *q;\n    (@0 * a, (@1 + b, [@2, q.1[k % 2]]))\n}";
            Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
        });
        let all: Vec<Code> = (0..5).map(|_| self.float(1)).collect();
        let k = self.int(1);
        let codes: Vec<&Code> = all.iter().chain([&k]).collect();
        let (x, y, z) = (self.fresh("y"), self.fresh("y"), self.fresh("a"));
        let text = format!("let ({x}, ({y}, {z})) = tuples((@0, @1), &(@2, [@3, @4]), @5);");
        out.push(Stmt::new(&text, &codes, &[]));
        self.declare(&x, Ty::Float, false);
        self.declare(&y, Ty::Float, false);
        self.declare(&z, Ty::Array(2), false);
    }

    pub(super) fn need_option(&mut self) {
        let vars = [("x", Ty::Float, false), ("k", Ty::Int, false)];
        self.helper("maybe", &vars, |g| {
            let x = g.damped(2);
            let text = "$Gpub fn maybe(x: $F, k: usize) -> Option<$F> {\n    if k % 4 == 3 {\n        return None;\n    }\n    Some(@0)\n}";
            Stmt::new(text, &[&x], &[])
        });
        self.helper("chained", &vars, |g| {
            g.declare("y", Ty::Float, false);
            let a = g.damped(1);
            g.declare("z", Ty::Float, false);
            let b = g.damped(2);
            let text = "$Gpub fn chained(x: $F, k: usize) -> Option<$F> {\n    let y = maybe(x, k)?;\n    let z = maybe(@0, k + 1)?;\n    Some(@1)\n}";
            Stmt::new(text, &[&a, &b], &[])
        });
    }

    fn option(&mut self, out: &mut Block, depth: usize) {
        self.need_option();
        let callee = ["maybe", "chained"][self.below(2)];
        self.used(if callee == "chained" { "? on Option" } else { "Option from a call" });
        let (x, i, other) = (self.float(2), self.int(1), self.damped(1));
        let (name, u) = (self.fresh("y"), self.fresh("u"));
        let codes = [&x, &i, &other];
        match self.below(4) {
            0 => {
                self.used("unwrap_or");
                let text = format!("let {name}: $F = {callee}(@0, @1).unwrap_or(@2);");
                out.push(Stmt::new(&text, &codes, &[]));
            }
            1 => {
                self.used("match on an Option");
                let some = self.scoped(|g| g.declare(&u, Ty::Float, false), |g, ()| g.damped(2));
                let text = format!(
                    "let {name}: $F = match {callee}(@0, @1) {{\n    Some({u}) => @3 * {u},\n    None => @2,\n}};"
                );
                out.push(Stmt::new(&text, &[&x, &i, &other, &some.at_least(Prec::Cast)], &[]));
            }
            2 if depth > 0 => {
                self.used("if let on an Option");
                let body = self.scoped(
                    |g| g.declare(&u, Ty::Float, false),
                    |g, ()| {
                        let mut body = g.block(2, depth - 1);
                        g.assignment(&mut body);
                        body
                    },
                );
                let text = format!("if let Some({u}) = {callee}(@0, @1) {{#0}}");
                return out.push(Stmt::new(&text, &codes[..2], &[body]));
            }
            _ => {
                self.used("let else on an Option");
                let (leave, values) = self.return_text();
                let text = format!("let Some({name}) = {callee}(@0, {}) else {{\n    {leave}\n}};", "@9");
                let codes: Vec<&Code> = [&x].into_iter().chain(&values).collect();
                let at = codes.len();
                let codes: Vec<&Code> = codes.into_iter().chain([&i]).collect();
                out.push(Stmt::new(&text.replace("@9", &format!("@{at}")), &codes, &[]));
            }
        }
        self.declare(&name, Ty::Float, false);
    }

    pub(super) fn need_struct(&mut self) {
        if self.made.insert("S") {
            self.decls.insert(0, Stmt::new(STRUCT, &[], &[]).keep());
        }
    }

    fn let_struct(&mut self, out: &mut Block) {
        self.need_struct();
        let (name, mutable) = (self.fresh("st"), self.once_in(2));
        let m = if mutable { "mut " } else { "" };
        let (a, b, c, i) = (self.float(1), self.float(1), self.float(1), self.int(1));
        let known = self.variable(|v| v.ty == Ty::Struct);
        let codes = [&a, &b, &c, &i];
        match (self.below(5), known) {
            (0, _) => {
                self.used("struct literal");
                let text = format!("let {m}{name} = S {{ a: @0, b: [@1, @2], n: @3 }};");
                out.push(Stmt::new(&text, &codes, &[]));
            }
            (1, Some(from)) => {
                self.used("struct update");
                let text = format!("let {m}{name} = S {{ a: @0, ..{} }};", from.name);
                out.push(Stmt::new(&text, &codes[..1], &[]));
            }
            (2, _) => {
                self.used("associated function");
                self.helper("S::new", &[("x", Ty::Float, false), ("y", Ty::Float, false)], |g| {
                    let all = g.floats(3, 1);
                    let text = "impl S {\n    $Gpub fn new(x: $F, y: $F) -> Self {\n        S { a: @0, b: [@1, @2], n: 3 }\n    }\n}";
                    Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
                });
                out.push(Stmt::new(&format!("let {m}{name} = S::new(@0, @1);"), &codes[..2], &[]));
            }
            (3, Some(from)) => {
                self.used("struct by value, and a struct result");
                self.helper("moved", &[("s", Ty::Struct, false), ("x", Ty::Float, false)], |g| {
                    let all = g.floats(2, 2);
                    let text = "$Gpub fn moved(s: S, x: $F) -> S {\n    if s.n > 2 {\n        return S { a: @0, ..s };\n    }\n    S { a: s.a, b: [s.b[1], @1], n: s.n + 1 }\n}";
                    Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
                });
                let text = format!("let {m}{name} = moved({}, @0);", from.name);
                out.push(Stmt::new(&text, &codes[..1], &[]));
            }
            _ => {
                self.used("struct result");
                self.helper("made", &[("x", Ty::Float, false), ("k", Ty::Int, false)], |g| {
                    let all = g.floats(3, 1);
                    let text = "$Gpub fn made(x: $F, k: usize) -> S {\n    let mut s = S { a: @0, b: [x; 2], n: k % 4 };\n    s.b[k % 2] = @1;\n    s.a += @2;\n    s\n}";
                    Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
                });
                out.push(Stmt::new(&format!("let {m}{name} = made(@0, @3);"), &codes, &[]));
            }
        }
        self.declare(&name, Ty::Struct, mutable);
    }

    fn use_struct(&mut self, out: &mut Block) {
        let Some(s) = self.variable(|v| v.ty == Ty::Struct) else { return self.let_struct(out) };
        let (name, from) = (self.fresh("y"), &s.name);
        let (x, i) = self.without(from, |g| (g.float(2), g.int(1).at_least(Prec::Atom)));
        let vars = [("s", Ty::Struct, false), ("x", Ty::Float, false)];
        let me = [("self", Ty::Struct, false), ("x", Ty::Float, false)];
        match self.below(if s.mutable { 7 } else { 3 }) {
            0 => {
                self.used("struct by reference");
                self.helper("seen", &vars, |g| {
                    let x = g.damped(2);
                    let text = "$Gpub fn seen(s: &S, x: $F) -> $F {\n    s.a * x + @0 * s.b[s.n % 2]\n}";
                    Stmt::new(text, &[&x.at_least(Prec::Cast)], &[])
                });
                out.push(Stmt::new(&format!("let {name} = seen(&{from}, @0);"), &[&x], &[]));
            }
            1 | 2 => {
                self.used("method");
                self.helper("S.value", &me, |g| {
                    let x = g.damped(2);
                    let text = "impl S {\n    $Gpub fn value(&self, x: $F) -> $F {\n        let S { a, b: [p, _], n } = *self;\n        if n > 2 { a * x } else { p - @0 }\n    }\n}";
                    Stmt::new(text, &[&x.at_least(Prec::Mul)], &[])
                });
                out.push(Stmt::new(&format!("let {name} = {from}.value(@0);"), &[&x], &[]));
            }
            3 => {
                self.used("&mut self");
                self.helper("S.step", &me, |g| {
                    let all = g.floats(2, 1);
                    let text = "impl S {\n    $Gpub fn step(&mut self, x: $F) -> $F {\n        let old = self.a;\n        self.a = @0;\n        self.b[1] += self.b[0] * @1;\n        self.n += 1;\n        old * x\n    }\n}";
                    Stmt::new(text, &all.iter().collect::<Vec<_>>(), &[])
                });
                out.push(Stmt::new(&format!("let {name} = {from}.step(@0);"), &[&x], &[]));
            }
            4 => {
                self.used("&mut struct argument");
                self.helper("changed", &vars, |g| {
                    let x = g.damped(1);
                    let text = "$Gpub fn changed(s: &mut S, x: $F) {\n    s.b.swap(0, 1);\n    s.b[s.n % 2] *= @0;\n    s.a -= x;\n}";
                    Stmt::new(text, &[&x.at_least(Prec::Cast)], &[])
                });
                return out.push(Stmt::new(&format!("changed(&mut {from}, @0);"), &[&x], &[]));
            }
            5 => {
                self.used("field write");
                let place = Code::of(Kind::Other, format!("{from}.b[@0 % 2]"), &[&i]);
                let stmt = self.write(&place, &x);
                return out.push(stmt);
            }
            _ => {
                self.used("field write");
                let place = Code::new(Kind::Other, format!("{from}.a"));
                let stmt = self.write(&place, &x);
                return out.push(stmt);
            }
        }
        self.declare(&name, Ty::Float, false);
    }

    /// Generates while none of these can be used.
    fn hiding<T>(&mut self, vars: &[Var], f: &mut dyn FnMut(&mut Self) -> T) -> T {
        match vars.split_first() {
            None => f(self),
            Some((first, rest)) => self.without(&first.name, |g| g.hiding(rest, f)),
        }
    }

    pub(super) fn closure(&mut self, out: &mut Block) {
        let (g, u, y) = (self.fresh("g"), self.fresh("u"), self.fresh("y"));
        let body = self.scoped(|s| s.declare(&u, Ty::Float, false), |s, ()| s.damped(2));
        let (a, b) = (self.float(1), self.float(1));
        let target = self.variable(|v| v.mutable && v.ty == Ty::Float);
        match (self.below(5), target) {
            (0, Some(acc)) => {
                self.used("closure that writes");
                let acc = acc.name;
                let (body, a, b) = self.without(&acc, |s| {
                    let body = s.scoped(|s| s.declare(&u, Ty::Float, false), |s, ()| s.damped(2));
                    (body, s.float(1), s.float(1))
                });
                let text = format!(
                    "let mut {g} = |{u}: $F| {{\n    {acc} = {acc} * {u}.sin() + @0;\n}};\n{g}(@1);\n{g}(@2);"
                );
                return out.push(Stmt::new(&text, &[&body, &a, &b], &[]));
            }
            (1, _) => {
                self.used("move closure");
                // It takes what is not `Copy`; and what changes is captured as it is then, which is refused.
                let taken =
                    self.visible(|v| v.mutable || v.frozen || matches!(v.ty, Ty::Vec(_) | Ty::Slice(_)));
                let body = self.hiding(&taken, &mut |s| {
                    s.scoped(|s| s.declare(&u, Ty::Float, false), |s, ()| s.damped(2))
                });
                let text = format!("let {g} = move |{u}: $F| @0;\nlet {y}: $F = {g}(@1) - {g}(@2);");
                out.push(Stmt::new(&text, &[&body, &a, &b], &[]));
            }
            (2, _) => {
                self.used("closure in a loop");
                let text = format!(
                    "let {g} = |{u}: $F| @0;\nlet mut {y}: $F = @1;\nfor _ in 0..3 {{\n    {y} = {g}({y}) + @2;\n}}"
                );
                out.push(Stmt::new(&text, &[&body, &a, &b], &[]));
            }
            _ => {
                self.used("closure");
                let text = format!("let {g} = |{u}: $F| @0;\nlet {y}: $F = {g}(@1) * {g}(@2);");
                out.push(Stmt::new(&text, &[&body, &a, &b], &[]));
            }
        }
        self.declare(&y, Ty::Float, false);
    }
}
