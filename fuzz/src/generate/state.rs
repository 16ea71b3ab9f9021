//! State that is no number: vectors that grow and shrink, options, tuples and arrays of structs, carried through loops.

use super::{Around, Generator, Ty};
use crate::code::{literal, Code, Kind, Prec};
use crate::program::{Block, Stmt};

impl Generator {
    pub(super) fn state(&mut self, out: &mut Block, depth: usize) {
        match self.below(6) {
            0 => self.stack(out, depth),
            1 => self.popped(out),
            2 => self.option_in_a_loop(out, depth),
            3 => self.tuple_in_a_loop(out, depth),
            4 => self.slice_pattern(out),
            _ => self.array_of_structs(out),
        }
    }

    /// A loop's body, in which `vars` can be read.
    fn inside(&mut self, vars: &[(&str, Ty, bool)], depth: usize) -> Block {
        self.around.push(Around { label: None, valued: false, block: false });
        let body = self.scoped(
            |g| vars.iter().for_each(|(name, ty, mutable)| g.declare(name, ty.clone(), *mutable)),
            |g, ()| if depth > 0 { g.block(1, depth - 1) } else { Block::new() },
        );
        self.around.pop();
        body
    }

    /// Expressions in which `vars` can be read.
    fn with(&mut self, vars: &[(&str, Ty)], n: usize) -> Vec<Code> {
        self.scoped(
            |g| vars.iter().for_each(|(name, ty)| g.declare(name, ty.clone(), false)),
            |g, ()| (0..n).map(|_| g.damped(1)).collect(),
        )
    }

    fn stack(&mut self, out: &mut Block, depth: usize) {
        self.used("push and pop in a loop");
        let (v, i, t, acc) = (self.fresh("v"), self.fresh("i"), self.fresh("t"), self.fresh("acc"));
        let (first, start) = (self.float(1), self.float(1));
        let reads = [(v.as_str(), Ty::Vec(1)), (i.as_str(), Ty::Int)];
        let item = self.with(&reads, 1).remove(0);
        let c = self.scoped(|g| g.declare(&i, Ty::Int, false), |g, ()| g.condition(1));
        let body =
            self.inside(&[(&v, Ty::Vec(1), true), (&i, Ty::Int, false), (&acc, Ty::Float, true)], depth);
        let (half, keep) = (literal(0.5), 1 + self.below(3));
        let push = Stmt::new(&format!("{v}.push(@0);"), &[&item], &[])
            .dual(&format!("{{ let rhs_: $F = @0; {v}.push(rhs_); }}"));
        let pop =
            format!("if @0 {{\n    let {t} = {v}.pop().unwrap();\n    {acc} = {acc} * @1 + {t}.sin();\n}}");
        let mut all = vec![push, Stmt::new(&pop, &[&c, &half], &[])];
        all.extend(body);
        let text = format!(
            "let mut {v}: Vec<$F> = vec![@0];\nlet mut {acc}: $F = @1;\nfor {i} in 0..{} {{#0}}",
            self.below(5)
        );
        out.push(Stmt::new(&text, &[&first, &start], &[all]));
        let last = match self.below(4) {
            0 => format!("{v}.truncate({keep});"),
            1 => format!("{v}.insert(0, {acc});"),
            2 => format!("{v}.extend_from_slice(&[{acc}, {acc}]);\n{v}.remove(0);"),
            _ => format!("{acc} += {v}.iter().copied().sum::<$F>();"),
        };
        out.push(Stmt::new(&last, &[], &[]));
        self.declare(&v, Ty::Vec(1), true);
        self.declare(&acc, Ty::Float, true);
    }

    fn popped(&mut self, out: &mut Block) {
        self.used("while let pop");
        let (v, t, acc) = (self.fresh("v"), self.fresh("t"), self.fresh("acc"));
        let (a, b, start) = (self.float(1), self.float(1), self.float(1));
        let inner = self.with(&[(&t, Ty::Float), (&acc, Ty::Float)], 2);
        let bound = literal(1.5);
        let text = format!(
            "let mut {v}: Vec<$F> = vec![@0, @1, @0];\nlet mut {acc}: $F = @2;\nwhile let Some({t}) = {v}.pop() {{\n    {acc} = {acc} * @3 + {t};\n    if @4 > @5 {{\n        break;\n    }}\n    {acc} = {acc}.sin();\n}}"
        );
        let codes = [
            &a,
            &b,
            &start,
            &inner[0].clone().at_least(Prec::Cast),
            &inner[1].clone().at_least(Prec::Add),
            &bound,
        ];
        out.push(Stmt::new(&text, &codes, &[]));
        self.declare(&acc, Ty::Float, true);
    }

    fn option_in_a_loop(&mut self, out: &mut Block, depth: usize) {
        self.used("Option carried through a loop");
        let (o, u, i, acc, y) =
            (self.fresh("o"), self.fresh("u"), self.fresh("i"), self.fresh("acc"), self.fresh("y"));
        let (start, other) = (self.float(1), self.damped(1));
        let fresh = self.with(&[(&i, Ty::Int)], 1).remove(0);
        let next = self.with(&[(&u, Ty::Float), (&i, Ty::Int)], 1).remove(0);
        let c = self.scoped(|g| g.declare(&u, Ty::Float, false), |g, ()| g.condition(1));
        let body = self.inside(&[(&acc, Ty::Float, true), (&i, Ty::Int, false)], depth);
        let first = ["None", "Some(@0)"][self.below(2)];
        let step = format!("{o} = match {o} {{\n    None => Some(@0),\n    Some({u}) if @1 => None,\n    Some({u}) => Some({u} * @2 + @3),\n}};\nif let Some({u}) = {o} {{\n    {acc} += {u};\n}}");
        let half = literal(0.5);
        let step =
            Stmt::new(&step, &[&fresh, &c.at_least(Prec::Compare), &half, &next.at_least(Prec::Mul)], &[]);
        let mut all = vec![step];
        all.extend(body);
        let text = format!(
            "let mut {o}: Option<$F> = {first};\nlet mut {acc}: $F = @0;\nfor {i} in 0..{} {{#0}}",
            self.below(5)
        );
        out.push(Stmt::new(&text, &[&start], &[all]));
        let last = match self.below(3) {
            0 => format!("let {y}: $F = {o}.unwrap_or(@0);"),
            1 => format!("let {y}: $F = {o}.map_or(@0, |{u}| {u} * {acc});"),
            _ => format!("let {y}: $F = if let Some({u}) = {o} {{ {u}.sin() }} else {{ @0 }};"),
        };
        out.push(Stmt::new(&last, &[&other], &[]));
        self.declare(&acc, Ty::Float, true);
        self.declare(&y, Ty::Float, false);
    }

    fn tuple_in_a_loop(&mut self, out: &mut Block, depth: usize) {
        self.used("tuple carried through a loop");
        let (t, i, y) = (self.fresh("t"), self.fresh("i"), self.fresh("y"));
        let (a, b, c, n) = (self.fresh("p"), self.fresh("p"), self.fresh("p"), self.fresh("n"));
        let start = [self.float(1), self.float(1), self.float(1)];
        let reads = [
            (a.as_str(), Ty::Float),
            (b.as_str(), Ty::Float),
            (c.as_str(), Ty::Float),
            (n.as_str(), Ty::Int),
        ];
        let next = self.with(&reads, 3);
        let step = format!("let ({a}, [{b}, {c}], {n}) = {t};\n{t} = (@0, [@1, {a}], {n} + 1);\n{t}.1[{i} % 2] = {t}.1[{i} % 2] * @2;");
        let codes = [&next[0], &next[1], &next[2].clone().at_least(Prec::Cast)];
        let mut all = vec![Stmt::new(&step, &codes, &[])];
        let vars = [
            (a.as_str(), Ty::Float, false),
            (&b, Ty::Float, false),
            (&c, Ty::Float, false),
            (&i, Ty::Int, false),
        ];
        all.extend(self.inside(&vars, depth));
        let text = format!(
            "let mut {t}: ($F, [$F; 2], usize) = (@0, [@1, @2], 1);\nfor {i} in 0..{} {{#0}}",
            self.below(5)
        );
        out.push(Stmt::new(&text, &start.iter().collect::<Vec<_>>(), &[all]));
        out.push(Stmt::new(&format!("let {y}: $F = {t}.0 * {t}.1[0] + {t}.1[{t}.2 % 2];"), &[], &[]));
        self.declare(&y, Ty::Float, false);
    }

    fn slice_pattern(&mut self, out: &mut Block) {
        let found = self.variable(|v| matches!(v.ty, Ty::Array(_) | Ty::Slice(_) | Ty::Vec(_)));
        let Some(v) = found else { return self.let_array(out) };
        self.used("slice pattern");
        let (a, b, y) = (self.fresh("p"), self.fresh("p"), self.fresh("y"));
        let inner = self.with(&[(&a, Ty::Float), (&b, Ty::Float)], 1).remove(0);
        let other = self.damped(1);
        let text =
            format!("let {y}: $F = if let [{a}, .., {b}] = {}[..] {{ @0 * {a} }} else {{ @1 }};", v.name);
        out.push(Stmt::new(&text, &[&inner.at_least(Prec::Cast), &other], &[]));
        self.declare(&y, Ty::Float, false);
    }

    fn array_of_structs(&mut self, out: &mut Block) {
        self.used("array of structs");
        self.need_struct();
        let (p, i, t, y) = (self.fresh("p"), self.fresh("i"), self.fresh("t"), self.fresh("y"));
        let all: Vec<Code> = (0..4).map(|_| self.float(1)).collect();
        let text =
            format!("let mut {p} = [S {{ a: @0, b: [@1, @2], n: 1 }}, S {{ a: @3, b: [@0, @3], n: 2 }}];");
        out.push(Stmt::new(&text, &all.iter().collect::<Vec<_>>(), &[]));
        let inner = self.with(&[(&t, Ty::Float), (&i, Ty::Int)], 2);
        let text = format!("for {i} in 0..2 {{\n    let {t} = {p}[1 - {i}].a;\n    {p}[{i}].a = {p}[{i}].a * {t} + @0;\n    {p}[{i}].b[{i}] = @1;\n    {p}[{i}].n += {i};\n}}");
        out.push(Stmt::new(&text, &[&inner[0].clone().at_least(Prec::Mul), &inner[1]], &[]));
        if self.once_in(2) {
            out.push(Stmt::new(&format!("{p}.swap(0, 1);"), &[], &[]));
        }
        if self.once_in(2) {
            let x = self.damped(1);
            let q = self.fresh("q");
            let text = format!("for {q} in {p}.iter_mut() {{\n    {q}.a = {q}.a * {q}.b[0] + @0;\n}}");
            out.push(Stmt::new(&text, &[&x.at_least(Prec::Mul)], &[]));
        }
        let code = Code::new(Kind::Float, format!("{p}[0].a * {p}[1].b[1] + {p}[1].a"));
        out.push(Stmt::new(&format!("let {y}: $F = @0;"), &[&code], &[]));
        self.declare(&y, Ty::Float, false);
    }
}
