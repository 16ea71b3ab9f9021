//! Programs with many known inputs and more results: their Jacobians go by columns, in blocks of directions.

use super::expr::literals;
use super::{Generator, Ty, Var};
use crate::code::{Code, Prec};
use crate::program::{Block, Param, ParamTy, Ret, Stmt};

/// A statement with literals `$L(0.5)`.
fn stmt(template: &str, codes: &[&Code], blocks: &[Block]) -> Stmt {
    let (plain, dual) = literals(template);
    Stmt::new(&plain, codes, blocks).dual(&dual)
}

impl Generator {
    /// More than go without masks, and now and then more than go through one sweep.
    pub(super) fn many_parameters(&mut self) -> Vec<Param> {
        let mut left = if self.once_in(6) { 21 + self.below(14) } else { 9 + self.below(12) };
        let mut out: Vec<Param> = Vec::new();
        while left > 0 {
            let n = left.min(2 + self.below(9));
            let ty = match self.below(9) {
                _ if out.len() == 6 && left > 1 => ParamTy::RefArray(left),
                _ if left == 1 => ParamTy::Float,
                0 | 1 => ParamTy::Float,
                2 => ParamTy::RefFloat,
                3 => ParamTy::Pair,
                4 if left >= 9 => ParamTy::Array2(3, 3),
                4 if left >= 6 => ParamTy::Array2(2, 3),
                5 => ParamTy::Array(n),
                _ => ParamTy::RefArray(n),
            };
            left -= ty.floats();
            let name = format!("x{}", out.len());
            let param = self.param(&name, ty);
            out.push(param);
        }
        if self.once_in(2) {
            let ty = self.passive_type();
            out.push(self.param("k", ty));
        }
        let turn = self.below(out.len());
        out.rotate_left(turn);
        out
    }

    /// More numbers than there are inputs; of few numbers, statements are not told apart.
    pub(super) fn many_results(&mut self, params: &[Param]) -> Ret {
        const FEW: usize = 32;
        let n = params.iter().map(|p| p.ty.floats()).sum::<usize>() + 1 + self.below(4);
        let more = if self.once_in(8) { n } else { n.max(FEW + 1) };
        match self.below(6) {
            0 => Ret::Wide(more),
            1 => Ret::Rows(more.div_ceil(3), 3),
            2 => Ret::Mixed(more),
            _ => Ret::Long(n),
        }
    }

    /// What is returned in the end, if nothing hides it.
    pub(super) fn prelude(&mut self, out: &mut Block) {
        let x = if self.once_in(2) { self.constant() } else { self.float(1) };
        let (text, ty) = match self.ret {
            Ret::Wide(n) | Ret::Mixed(n) => (format!("let mut out: [$F; {n}] = [@0; {n}];"), Ty::Array(n)),
            Ret::Rows(n, m) => {
                (format!("let mut out: [[$F; {m}]; {n}] = [[@0; {m}]; {n}];"), Ty::Array2(n, m))
            }
            Ret::Long(n) => (format!("let mut out: Vec<$F> = vec![@0; {n}];"), Ty::Vec(n)),
            Ret::Float | Ret::Pair | Ret::Array(_) | Ret::Vec | Ret::Unit => return,
        };
        out.push(Stmt::new(&text, &[&x], &[]));
        self.declare("out", ty, true);
    }

    /// A result of many numbers, with its expressions from `@from`.
    pub(super) fn many_values(&mut self, from: usize) -> (String, Vec<Code>) {
        let wanted = match self.ret {
            Ret::Wide(n) | Ret::Mixed(n) => Ty::Array(n),
            Ret::Rows(n, m) => Ty::Array2(n, m),
            Ret::Long(n) => Ty::Vec(n),
            Ret::Float | Ret::Pair | Ret::Array(_) | Ret::Vec | Ret::Unit => {
                return (String::new(), Vec::new())
            }
        };
        let known = self.variable(|v| v.ty == wanted);
        let mut codes: Vec<Code> = (0..3).map(|_| self.float(2)).collect();
        codes.push(self.int(1).at_least(Prec::Mul));
        let at = |k: usize| format!("@{}", from + k);
        let value = match (known, self.ret) {
            (Some(v), _) if !self.once_in(4) => format!("{}.clone()", v.name),
            (_, Ret::Rows(n, m)) => format!(
                "{{\n    let mut r_: [[$F; {m}]; {n}] = [[{}; {m}]; {n}];\n    r_[{} % {n}][1] = {};\n    r_\n}}",
                at(0),
                at(3),
                at(1)
            ),
            (_, Ret::Long(n)) => format!(
                "{{\n    let mut r_: Vec<$F> = vec![{}; {n}];\n    let k_ = {} % {n};\n    r_[k_] = {};\n    r_\n}}",
                at(0),
                at(3),
                at(1)
            ),
            (_, Ret::Wide(n) | Ret::Mixed(n)) => format!(
                "{{\n    let mut r_: [$F; {n}] = [{}; {n}];\n    r_[{} % {n}] = {};\n    r_\n}}",
                at(0),
                at(3),
                at(1)
            ),
            (_, Ret::Float | Ret::Pair | Ret::Array(_) | Ret::Vec | Ret::Unit) => String::new(),
        };
        match self.ret {
            Ret::Mixed(_) => (format!("({value}, {})", at(2)), codes),
            _ => (value, codes),
        }
    }

    /// Statements that fill an array from others.
    pub(super) fn spread(&mut self, out: &mut Block) {
        let wanted =
            |v: &Var| v.mutable && matches!(v.ty, Ty::Array(_) | Ty::Array2(..) | Ty::Vec(_) | Ty::Slice(_));
        match self.variable(wanted) {
            Some(target) => self.spread_over(out, &target),
            None => self.product(out),
        }
    }

    /// What is returned gets something of all that there is.
    pub(super) fn last_spread(&mut self, out: &mut Block) {
        match self.variable(|v| v.mutable && v.name == "out") {
            Some(target) => self.spread_over(out, &target),
            None => self.spread(out),
        }
    }

    fn spread_over(&mut self, out: &mut Block, target: &Var) {
        let t = target.name.clone();
        let (n, width) = match target.ty {
            Ty::Array(n) | Ty::Vec(n) | Ty::Slice(n) => (n, None),
            Ty::Array2(n, m) => (n * m, Some(m)),
            _ => return,
        };
        let at = |i: &str| match width {
            Some(m) => format!("{t}[({i}) / {m}][({i}) % {m}]"),
            None => format!("{t}[{i}]"),
        };
        let (i, j, c) = (self.fresh("i"), self.fresh("j"), self.fresh("c"));
        let start = self.damped(1);
        let carried = self.below(2) == 0;
        let [x, y, condition, k] = self.without(&t, |g| {
            g.scoped(
                |g| {
                    g.declare(&i, Ty::Int, false);
                    if carried {
                        g.declare(&c, Ty::Float, false);
                    }
                },
                |g, ()| {
                    let (x, y) = (g.damped(2), g.damped(1));
                    [x, y, g.condition(0), g.int(1).at_least(Prec::Mul)]
                },
            )
        });
        let (y, start) = (y.at_least(Prec::Cast), start.at_least(Prec::Cast));
        let before = if carried { format!("let mut {c}: $F = @1;\n") } else { String::new() };
        let after = if carried { format!("\n    {c} = {c} * $L(0.5) + @2;") } else { String::new() };
        let (e, last) = (at(&i), at(&format!("{n} - 1 - {i}")));
        let (before_it, at_j, inner) = (at(&format!("{i} - 1")), at(&j), at(&format!("{j} % {n}")));
        let (feature, body) = match self.below(8) {
            0 => ("fill by index", format!("for {i} in 0..{n} {{\n    {e} = @0;{after}\n}}")),
            1 => {
                ("add by index", format!("for {i} in 0..{n} {{\n    {e} = {e} * $L(0.5) + @0;{after}\n}}"))
            }
            2 => (
                "neighbours in place",
                format!("for {i} in 1..{n} {{\n    {e} = {before_it} * @2 + {e};{after}\n}}"),
            ),
            3 => (
                "scatter by a computed index",
                format!("for {i} in 0..{n} {{\n    let {j}: usize = (@3 + {i} * 2) % {n};\n    {at_j} = {at_j} - @0;{after}\n}}"),
            ),
            4 => (
                "constants over every other element",
                format!("for {i} in (0..{n}).step_by(2) {{\n    {e} = $L(0.0);{after}\n}}"),
            ),
            5 => (
                "fill under a condition",
                format!("for {i} in 0..{n} {{\n    if @4 {{\n        {e} = @0;\n        continue;\n    }}\n    {e} = {last} * @2;{after}\n}}"),
            ),
            6 => (
                "fill with an exit",
                format!("for {i} in 0..{n} {{\n    if @4 {{\n        break;\n    }}\n    {e} = @0;{after}\n}}"),
            ),
            _ => (
                "fill in a nest",
                format!("for {i} in 0..{n} {{\n    for {j} in 0..=({i} % 3) {{\n        {e} = {e} * $L(0.5) + {inner} * @2;\n    }}{after}\n}}"),
            ),
        };
        self.used(feature);
        // In the place of a statement: the carried number must not stay in scope.
        let text =
            format!("{{\n{before}{body}\n}}").replace('\n', "\n    ").replace("\n    }\n    }", "\n    }\n}");
        out.push(stmt(&text, &[&x, &start, &y, &k, &condition], &[]));
    }

    /// A product of two matrices, as a helper or in place.
    pub(super) fn product(&mut self, out: &mut Block) {
        let Some(a) = self.variable(|v| matches!(v.ty, Ty::Array2(..))) else { return self.turns(out) };
        let Some(b) = self.variable(|v| matches!(v.ty, Ty::Array2(..))) else { return };
        let (Ty::Array2(n, m), Ty::Array2(p, q)) = (a.ty.clone(), b.ty.clone()) else { return };
        self.used("product of matrices");
        let name = self.fresh("m");
        let text = format!(
            "let mut {name}: [[$F; {q}]; {n}] = [[$L(0.0); {q}]; {n}];\nfor i_ in 0..{n} {{\n    for j_ in 0..{q} {{\n        for k_ in 0..{m} {{\n            {name}[i_][j_] += {a}[i_][k_] * {b}[k_ % {p}][j_];\n        }}\n    }}\n}}",
            a = a.name,
            b = b.name
        );
        out.push(stmt(&text, &[], &[]));
        self.declare(&name, Ty::Array2(n, q), true);
    }

    /// Frames that turn about each other: matrices in a vector, from calls.
    pub(super) fn turns(&mut self, out: &mut Block) {
        self.used("matrices in a vector, from calls");
        self.helper("turn", &[("x", Ty::Float, false), ("z", Ty::Float, false)], |g| {
            let x = g.damped(1);
            let text = "$Gpub fn turn(x: $F, z: $F) -> [[$F; 3]; 3] {\n    [[z.cos(), -z.sin(), $L(0.0)], [z.sin(), z.cos(), x], [$L(0.0), @0, $L(1.0)]]\n}";
            stmt(text, &[&x], &[])
        });
        self.helper("times", &[], |_| {
            let text = "$Gpub fn times(a: &[[$F; 3]; 3], b: &[[$F; 3]; 3]) -> [[$F; 3]; 3] {\n    let mut c_ = [[$L(0.0); 3]; 3];\n    for i in 0..3 {\n        for j in 0..3 {\n            for k in 0..3 {\n                c_[i][j] += a[i][k] * b[k][j];\n            }\n        }\n    }\n    c_\n}";
            stmt(text, &[], &[])
        });
        self.helper("moved_by", &[("v", Ty::Slice(2), false), ("k", Ty::Int, false)], |g| {
            let x = g.damped(1);
            let text = "$Gpub fn moved_by(all: &[[[$F; 3]; 3]], v: &[$F], k: usize) -> [$F; 3] {\n    let mut p = [$L(0.0); 3];\n    let m = all[k % all.len()];\n    for i in 0..3 {\n        for j in 0..v.len().min(3) {\n            p[i] += m[i][j] * v[j];\n        }\n    }\n    if k % 2 == 1 {\n        p[0] = -p[0];\n    }\n    p[2] = p[2] * @0;\n    p\n}";
            stmt(text, &[&x.at_least(Prec::Cast)], &[])
        });
        let Some(v) = self.variable(|v| matches!(v.ty, Ty::Array(n) | Ty::Slice(n) | Ty::Vec(n) if n >= 2))
        else {
            return self.let_array(out);
        };
        let (all, i, p) = (self.fresh("all"), self.fresh("i"), self.fresh("p"));
        let count = 2 + self.below(4);
        let first = [self.float(1), self.float(1)];
        let next = self.scoped(|g| g.declare(&i, Ty::Int, false), |g, ()| [g.float(1), g.float(1)]);
        let k = self.int(1);
        let parent = [format!("({i} - 1) / 2"), format!("{i} - 1"), "0".into()][self.below(3)].clone();
        let capacity = if self.once_in(2) { format!("with_capacity({count})") } else { "new()".into() };
        let text = format!(
            "let mut {all}: Vec<[[$F; 3]; 3]> = Vec::{capacity};\n{all}.push(turn(@0, @1));\nfor {i} in 1..{count} {{\n    let next_ = times(&{all}[{parent}], &turn(@2, @3));\n    {all}.push(next_);\n}}\nlet mut {p} = moved_by(&{all}, &{}[..], @4);",
            v.name
        );
        out.push(Stmt::new(&text, &[&first[0], &first[1], &next[0], &next[1], &k], &[]));
        self.declare(&p, Ty::Array(3), true);
        if let Some(t) = self.variable(|v| v.mutable && matches!(v.ty, Ty::Array(n) if n >= 6)) {
            let Ty::Array(n) = t.ty else { return };
            let x = self.damped(1);
            let t = t.name;
            let text = format!(
                "for i_ in 0..{all}.len() {{\n    let p_ = moved_by(&{all}, &{}[..], i_);\n    for j_ in 0..3 {{\n        {t}[(3 * i_ + j_) % {n}] = p_[j_] + p_[(j_ + 1) % 3] * @0;\n    }}\n}}",
                if v.name == t { &p } else { &v.name }
            );
            out.push(Stmt::new(&text, &[&x.at_least(Prec::Cast)], &[]));
        }
    }
}
