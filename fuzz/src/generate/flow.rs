//! Branches, blocks and early exits.

use super::{Around, Generator, Ty};
use crate::code::{Code, Kind, Prec};
use crate::program::{Block, Ret, Stmt};

impl Generator {
    pub(super) fn branch(&mut self, out: &mut Block, depth: usize) {
        let c = self.condition(1);
        let n = 1 + self.below(3);
        let then = self.scope(n, depth - 1, |_| ());
        match self.below(6) {
            0 | 1 => {
                self.used("if");
                out.push(Stmt::new("if @0 {#0}", &[&c], &[then]));
            }
            2 | 3 => {
                self.used("if else");
                let other = self.scope(n, depth - 1, |_| ());
                out.push(Stmt::new("if @0 {#0} else {#1}", &[&c], &[then, other]));
            }
            4 => {
                self.used("else if");
                let d = self.condition(1);
                let (b, e) = (self.scope(1, depth - 1, |_| ()), self.scope(1, depth - 1, |_| ()));
                out.push(Stmt::new("if @0 {#0} else if @1 {#1} else {#2}", &[&c, &d], &[then, b, e]));
            }
            _ => self.match_statement(out, depth, &c, then),
        }
    }

    fn match_statement(&mut self, out: &mut Block, depth: usize, c: &Code, then: Block) {
        self.used("match statement");
        let other = self.scope(1, depth - 1, |_| ());
        let last = self.scope(1, depth - 1, |_| ());
        let i = self.int(1);
        let template = match self.below(3) {
            0 => "match @1 {\n    0 | 2 => {#0}\n    1..=4 => {#1}\n    _ => {#2}\n}",
            1 => "match (@1 % 2, @0) {\n    (0, true) => {#0}\n    (1, false) => {#1}\n    _ => {#2}\n}",
            _ => "match @1 {\n    j if j % 2 == 0 => {#0}\n    3 => {#1}\n    _ => {#2}\n}",
        };
        let i = i.at_least(Prec::Atom);
        out.push(Stmt::new(template, &[c, &i], &[then, other, last]));
    }

    /// `let x = { .. };` and the like.
    pub(super) fn let_block(&mut self, out: &mut Block, depth: usize) {
        let name = self.fresh("v");
        let c = self.condition(1);
        let n = 1 + self.below(2);
        let side = |g: &mut Self| {
            g.scoped(
                |_| (),
                |g, ()| {
                    let mut block = g.block(n, depth - 1);
                    let value = g.float(2);
                    block.push(Stmt::new("@0", &[&value], &[]).keep());
                    block
                },
            )
        };
        let stmt = match self.below(5) {
            0 => {
                self.used("block as a value");
                let body = side(self);
                Stmt::new(&format!("let {name}: $F = {{#0}};"), &[], &[body])
            }
            1 | 2 => {
                self.used("if as a value");
                let (a, b) = (side(self), side(self));
                Stmt::new(&format!("let {name}: $F = if @0 {{#0}} else {{#1}};"), &[&c], &[a, b])
            }
            3 => {
                self.used("match as a value");
                let (a, b) = (side(self), side(self));
                let i = self.int(1).at_least(Prec::Atom);
                let text = format!("let {name}: $F = match @0 % 4 {{\n    0 => {{#0}}\n    m if m < 3 && @1 => {{#1}}\n    _ => @2,\n}};");
                let z = self.float(1);
                Stmt::new(&text, &[&i, &c.at_least(Prec::Compare), &z], &[a, b])
            }
            _ => self.labelled(&name, &c, depth),
        };
        out.push(stmt);
        self.declare(&name, Ty::Float, false);
    }

    fn labelled(&mut self, name: &str, c: &Code, depth: usize) -> Stmt {
        self.used("labelled block");
        let label = self.fresh("'b");
        self.around.push(Around { label: Some(label.clone()), valued: true, block: true });
        let body = self.scoped(
            |_| (),
            |g, ()| {
                let mut block = g.block(2, depth - 1);
                let (x, y) = (g.float(2), g.float(2));
                block.push(Stmt::new(&format!("if @0 {{\n    break {label} @1;\n}}"), &[c, &x], &[]));
                block.push(Stmt::new("@0", &[&y], &[]).keep());
                block
            },
        );
        self.around.pop();
        Stmt::new(&format!("let {name}: $F = {label}: {{#0}};"), &[], &[body])
    }

    pub(super) fn deferred(&mut self, out: &mut Block, depth: usize) {
        let name = self.fresh("z");
        let c = self.condition(1);
        let side = |g: &mut Self| {
            g.scoped(
                |_| (),
                |g, ()| {
                    let mut block = g.block(1, depth - 1);
                    let value = g.float(2);
                    block.push(Stmt::new(&format!("{name} = @0;"), &[&value], &[]).keep());
                    block
                },
            )
        };
        let (a, b) = (side(self), side(self));
        if self.once_in(3) {
            self.used("let else");
            let i = self.int(1).at_least(Prec::Atom);
            let (text, value) = self.result_value(1);
            let codes: Vec<&Code> = [&i].into_iter().chain(&value).collect();
            let j = self.fresh("j");
            let template =
                format!("let Some({j}) = (if @0 % 4 != 3 {{ Some(@0 % 3) }} else {{ None }}) else {{\n    return {text};\n}};");
            out.push(Stmt::new(&template, &codes, &[]));
            self.declare(&j, Ty::Int, false);
        }
        self.used("deferred initialisation");
        let text = format!("let {name}: $F;\nif @0 {{#0}} else {{#1}}");
        out.push(Stmt::new(&text, &[&c], &[a, b]));
        self.declare(&name, Ty::Float, false);
    }

    /// A result, with its expressions from `@from`.
    pub(super) fn result_value(&mut self, from: usize) -> (String, Vec<Code>) {
        let n = match self.ret {
            Ret::Float => 1,
            Ret::Pair | Ret::Vec => 2,
            Ret::Array(n) => n,
            Ret::Wide(_) | Ret::Rows(..) | Ret::Long(_) | Ret::Mixed(_) => return self.many_values(from),
            Ret::Unit => 0,
        };
        let values: Vec<Code> = (0..n).map(|_| self.float(2)).collect();
        let list: Vec<String> = (from..from + n).map(|k| format!("@{k}")).collect();
        let list = list.join(", ");
        let text = match self.ret {
            Ret::Float | Ret::Unit => list,
            Ret::Pair => format!("({list})"),
            Ret::Vec => format!("vec![{list}]"),
            Ret::Array(_) | Ret::Wide(_) | Ret::Rows(..) | Ret::Long(_) | Ret::Mixed(_) => {
                format!("[{list}]")
            }
        };
        (text, values)
    }

    pub(super) fn return_text(&mut self) -> (String, Vec<Code>) {
        let (text, values) = self.result_value(1);
        let text = if self.ret == Ret::Unit { "return;".into() } else { format!("return {text};") };
        (text, values)
    }

    /// `return`, `break`, `continue`, under a condition.
    pub(super) fn early_exit(&mut self, out: &mut Block) {
        let c = self.condition(1);
        let mut values = Vec::new();
        let loops: Vec<Around> = self.around.iter().filter(|a| !a.block).cloned().collect();
        // Out of a labelled block, `break` and `continue` would need labels.
        let direct = self.around.last().is_some_and(|a| !a.block);
        let text = match loops.last() {
            Some(inner) if direct && !self.once_in(4) => {
                let k = self.below(loops.len());
                let target = loops[k].clone();
                match (target.label, self.once_in(2)) {
                    (Some(label), true) if k + 1 < loops.len() => {
                        self.used("continue with a label");
                        format!("continue {label};")
                    }
                    (Some(label), false) if k + 1 < loops.len() && !target.valued => {
                        self.used("break with a label");
                        format!("break {label};")
                    }
                    (_, true) => {
                        self.used("continue");
                        "continue;".into()
                    }
                    _ if inner.valued => {
                        values.push(self.float(2));
                        "break @1;".into()
                    }
                    _ => {
                        self.used("break");
                        "break;".into()
                    }
                }
            }
            _ => {
                self.used(if loops.is_empty() { "early return" } else { "return in a loop" });
                let (text, list) = self.return_text();
                values = list;
                text
            }
        };
        let codes: Vec<&Code> = [&c].into_iter().chain(&values).collect();
        if self.once_in(3) {
            let n = self.below(2) + 1;
            let mut block = self.scope(n, 0, |_| ());
            if self.once_in(2) {
                let d = self.condition(0);
                let codes: Vec<&Code> = [&d].into_iter().chain(&values).collect();
                self.used("exit in a nested branch");
                block.push(Stmt::new(&format!("if @0 {{\n    {text}\n}}"), &codes, &[]));
            } else {
                block.push(Stmt::new(&text, &codes, &[]));
            }
            out.push(Stmt::new("if @0 {#0}", &[&c], &[block]));
        } else {
            out.push(Stmt::new(&format!("if @0 {{\n    {text}\n}}"), &codes, &[]));
        }
    }

    /// A condition that has no effect on how often a loop runs.
    pub(super) fn loop_condition(&mut self) -> Code {
        let x = self.place().unwrap_or_else(|| Code::new(Kind::Float, "0.5_f64").dual("c(0.5)"));
        let bound = ["2.5", "0.9", "-0.4"][self.below(3)];
        Code::of(Kind::Bool, format!("@0 < {bound}"), &[&x])
            .dual(format!("@0 < c({bound})"))
            .prec(Prec::Compare)
    }
}
