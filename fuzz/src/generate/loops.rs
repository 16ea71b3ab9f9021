//! Loops over ranges, and with conditions.

use super::{Around, Generator, Ty};
use crate::code::{Code, Kind, Prec};
use crate::program::{Block, Stmt};

impl Generator {
    pub(super) fn a_loop(&mut self, out: &mut Block, depth: usize) {
        if self.around.iter().filter(|a| !a.block).count() > 2 {
            return self.array_write(out);
        }
        let label = self.once_in(2).then(|| self.fresh("'l"));
        let text = label.clone().map(|l| format!("{l}: ")).unwrap_or_default();
        match self.below(10) {
            0..=3 => self.range_loop(out, depth, label, &text),
            4 => self.while_loop(out, depth, label, &text),
            5 => self.open_loop(out, depth, label, &text),
            _ => self.sweep(out, depth, label, &text),
        }
    }

    /// The body of a loop: some statements, one of which writes if possible.
    pub(super) fn body(
        &mut self,
        depth: usize,
        label: Option<String>,
        valued: bool,
        declare: impl FnOnce(&mut Self),
    ) -> Block {
        self.around.push(Around { label, valued, block: false });
        let n = 1 + self.below(3);
        let body = self.scoped(declare, |g, ()| {
            let mut body = g.block(n, depth - 1);
            g.assignment(&mut body);
            body
        });
        self.around.pop();
        body
    }

    fn range_loop(&mut self, out: &mut Block, depth: usize, label: Option<String>, text: &str) {
        let n = 2 + self.below(4);
        let bound = self.int(0).at_least(Prec::Atom);
        let forms = [
            ("for over a range", format!("0..{n}")),
            ("for over a range with a bound", "0..@0".into()),
            ("for inclusive", "0..=@0".into()),
            ("for reversed", format!("(0..{n}).rev()")),
            ("for reversed", "(1..=@0).rev()".into()),
            ("for with step_by", format!("(0..{}).step_by(2)", n + 2)),
            ("for with step_by", "(0..=@0).rev().step_by(2)".into()),
            ("for over a shifted range", format!("@0..@0 + {n}")),
            ("for over an empty range", "3..3".into()),
            ("for over an inverted range", "(@0 + 2)..@0".into()),
            ("for over a range to a small bound", "1..(@0 % 3 + 1)".into()),
        ];
        let (feature, range) = forms[self.below(forms.len())].clone();
        self.used(feature);
        let var = if self.once_in(6) { "_".to_string() } else { self.fresh("i") };
        let body = self.body(depth, label, false, |g| {
            if var != "_" {
                g.declare(&var, Ty::Int, false);
            }
        });
        out.push(Stmt::new(&format!("{text}for {var} in {range} {{#0}}"), &[&bound], &[body]));
    }

    fn while_loop(&mut self, out: &mut Block, depth: usize, label: Option<String>, text: &str) {
        self.used("while");
        let it = self.fresh("it");
        let limit = 2 + self.below(7);
        let c = self.loop_condition();
        let mut body = vec![Stmt::new(&format!("{it} += 1;"), &[], &[]).keep()];
        body.extend(self.body(depth, label, false, |g| g.declare(&it, Ty::Int, false)));
        let data = self.once_in(2);
        if data {
            self.used("while on data");
        }
        let c = if data { c } else { Code::new(Kind::Bool, "true") };
        let template = format!("let mut {it}: usize = 0;\n{text}while {it} < {limit} && @0 {{#0}}");
        out.push(Stmt::new(&template, &[&c], &[body]));
    }

    fn open_loop(&mut self, out: &mut Block, depth: usize, label: Option<String>, text: &str) {
        let it = self.fresh("it");
        let limit = 2 + self.below(6);
        let valued = self.once_in(2);
        self.used(if valued { "loop with a value" } else { "loop" });
        let value = self.float(1);
        let last = if valued { "break @0;" } else { "break;" };
        let stop =
            Stmt::new(&format!("{it} += 1;\nif {it} > {limit} {{\n    {last}\n}}"), &[&value], &[]).keep();
        let mut body = vec![stop];
        body.extend(self.body(depth, label, valued, |g| g.declare(&it, Ty::Int, false)));
        let name = self.fresh("w");
        let start = format!("let mut {it}: usize = 0;\n");
        if valued {
            let tail = self.float(1);
            let template = format!("{start}let {name}: $F = {text}loop {{#0}} + @0;");
            out.push(Stmt::new(&template, &[&tail.at_least(Prec::Mul)], &[body]));
            self.declare(&name, Ty::Float, false);
        } else {
            out.push(Stmt::new(&format!("{start}{text}loop {{#0}}"), &[], &[body]));
        }
    }
}
