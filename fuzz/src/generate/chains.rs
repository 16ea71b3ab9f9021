//! Iterator chains over arrays, slices and `Vec`s.

use super::{Generator, Ty, Var};
use crate::code::{Code, Prec};
use crate::program::{Block, Stmt};

fn indexed(v: &Var) -> bool {
    matches!(v.ty, Ty::Array(_) | Ty::Slice(_) | Ty::Vec(_))
}

/// Feature, template (`$a`, `$b` arrays, `$x`, `$y`, `$i` variables of the closure), what those are.
const SUMS: [(&str, &str, &str); 23] = [
    ("map and sum", "$a.iter().map(|$x| @0).sum::<$F>()", "r"),
    ("map and sum by value", "$a.iter().map(|&$x| @0).sum::<$F>()", "f"),
    ("zip and sum", "$a.iter().zip($b.iter()).map(|($x, $y)| @0).sum::<$F>()", "rr"),
    ("zip of slices", "$a.iter().zip(&$b[..]).map(|(&$x, $y)| @0).sum::<$F>()", "fr"),
    ("enumerate and fold", "$a.iter().enumerate().fold(@1, |$y, ($i, $x)| $y.sin() + @0)", "rfi"),
    ("fold", "$a.iter().fold(@1, |$y, $x| $y * @0)", "rf"),
    ("rev, skip and product", "$a.iter().rev().skip(1).map(|$x| @0).product::<$F>()", "r"),
    ("copied and filter", "$a.iter().copied().filter(|$y| *$y > @1).map(|$x| @0).sum::<$F>()", "f"),
    ("windows in a chain", "$a.windows(2).map(|$x| $x[0] * $x[1] + @0).sum::<$F>()", ""),
    ("chunks in a chain", "$a.chunks(2).map(|$x| $x[0].sin() * @0).sum::<$F>()", ""),
    ("map over a range", "(0..$a.len()).map(|$i| $a[$i] * @0).sum::<$F>()", "i"),
    ("take and step_by", "$a.iter().step_by(2).take(2).map(|$x| @0).sum::<$F>()", "r"),
    ("scan", "$a.iter().scan(@1, |$y, $x| { *$y = *$y * @0; Some(*$y) }).sum::<$F>()", "r"),
    ("flat_map", "$a.iter().flat_map(|$x| [*$x, @0]).sum::<$F>()", "r"),
    ("cloned and max by fold", "$a.iter().cloned().map(|$x| @0).fold($F::NEG_INFINITY, $F::max)", "f"),
    ("skip_while free chain", "$a.iter().skip(1).zip($b.iter().rev()).map(|($x, $y)| @0).sum::<$F>()", "rr"),
    ("take_while", "$a.iter().take_while(|$y| **$y < @1).map(|$x| @0).sum::<$F>()", "r"),
    ("chain", "$a.iter().chain($b.iter()).map(|$x| @0).sum::<$F>()", "r"),
    ("last", "$a.iter().map(|$x| @0).last().unwrap_or(@1)", "r"),
    (
        "reduce",
        "$a.iter().copied().map(|$x| @0).reduce(|p_, q_| if p_ < q_ { p_ } else { q_ * p_ }).unwrap()",
        "f",
    ),
    ("rev and enumerate", "$a.iter().rev().enumerate().map(|($i, $x)| @0).sum::<$F>()", "ri"),
    ("sum in a sum", "$a.iter().map(|$x| $b.iter().map(|$y| @0).sum::<$F>()).sum::<$F>()", "rr"),
    (
        "fold of a tuple",
        "{ let (s_, p_) = $a.iter().fold((@1, @1), |(s_, p_), $x| (s_ + p_ * @0, p_.sin())); s_ * p_ }",
        "r",
    ),
];

impl Generator {
    pub(super) fn chain(&mut self, out: &mut Block) {
        let Some(a) = self.variable(indexed) else { return self.let_array(out) };
        match self.below(10) {
            0 => self.collect(out, &a),
            1 => self.array_from_fn(out),
            2 | 3 if a.mutable => self.for_each_mut(out, &a),
            2 => self.for_each(out, &a),
            _ => self.summed(out, &a),
        }
    }

    fn summed(&mut self, out: &mut Block, a: &Var) {
        let Some(b) = self.variable(indexed) else { return };
        let (feature, template, kinds) = SUMS[self.below(SUMS.len())];
        self.used(feature);
        let (x, y, i, name) = (self.fresh("e"), self.fresh("e"), self.fresh("i"), self.fresh("y"));
        let start = self.receiver(1);
        let inner = self.scoped(
            |g| {
                let mut names = [&x, &y].into_iter();
                for kind in kinds.chars() {
                    match kind {
                        'i' => g.declare(&i, Ty::Int, false),
                        kind => {
                            let ty = if kind == 'r' { Ty::Ref } else { Ty::Float };
                            if let Some(name) = names.next() {
                                g.declare(name, ty, false);
                            }
                        }
                    }
                }
            },
            |g, ()| g.damped(2),
        );
        let names = [("$a", &a.name), ("$b", &b.name), ("$x", &x), ("$y", &y), ("$i", &i)];
        let text = names.iter().fold(template.to_string(), |t, (from, to)| t.replace(from, to));
        let inner = inner.at_least(Prec::Cast);
        out.push(Stmt::new(&format!("let {name}: $F = {text};"), &[&inner, &start.at_least(Prec::Mul)], &[]));
        self.declare(&name, Ty::Float, false);
    }

    fn collect(&mut self, out: &mut Block, a: &Var) {
        self.used("collect");
        let (v, x, i) = (self.fresh("v"), self.fresh("e"), self.fresh("i"));
        if self.once_in(3) {
            let inner = self.scoped(|g| g.declare(&i, Ty::Int, false), |g, ()| g.damped(2));
            let text = format!("let mut {v}: Vec<$F> = (0..4).map(|{i}| @0).collect();");
            out.push(Stmt::new(&text, &[&inner], &[]));
            return self.declare(&v, Ty::Vec(4), true);
        }
        let inner = self.scoped(|g| g.declare(&x, Ty::Ref, false), |g, ()| g.damped(2));
        let text = format!("let mut {v}: Vec<$F> = {}.iter().map(|{x}| @0).collect();", a.name);
        out.push(Stmt::new(&text, &[&inner], &[]));
        let n = match a.ty {
            Ty::Array(n) | Ty::Slice(n) | Ty::Vec(n) => n,
            _ => 1,
        };
        self.declare(&v, Ty::Vec(n), true);
    }

    fn array_from_fn(&mut self, out: &mut Block) {
        self.used("array::from_fn");
        let (a, i) = (self.fresh("a"), self.fresh("i"));
        let inner = self.scoped(|g| g.declare(&i, Ty::Int, false), |g, ()| g.damped(2));
        let text = format!("let mut {a}: [$F; 3] = std::array::from_fn(|{i}| @0);");
        out.push(Stmt::new(&text, &[&inner], &[]));
        self.declare(&a, Ty::Array(3), true);
    }

    fn for_each(&mut self, out: &mut Block, a: &Var) {
        self.used("for_each");
        let (acc, x) = (self.fresh("acc"), self.fresh("e"));
        let start = self.float(1);
        let inner = self.scoped(|g| g.declare(&x, Ty::Ref, false), |g, ()| g.damped(2));
        let text = format!("let mut {acc}: $F = @0;\n{}.iter().for_each(|{x}| {acc} += @1 * *{x});", a.name);
        out.push(Stmt::new(&text, &[&start, &inner.at_least(Prec::Cast)], &[]));
        self.declare(&acc, Ty::Float, true);
    }

    fn for_each_mut(&mut self, out: &mut Block, a: &Var) {
        let x = self.fresh("e");
        let name = a.name.clone();
        let other = self.without(&name, |g| g.variable(indexed));
        let inner: Code =
            self.without(&name, |g| g.scoped(|g| g.declare(&x, Ty::Ref, false), |g, ()| g.damped(2)));
        if let (Some(b), true) = (other, self.once_in(2)) {
            self.used("iter_mut, zip and for_each");
            let y = self.fresh("e");
            let text =
                format!("{name}.iter_mut().zip({}.iter()).for_each(|({x}, {y})| *{x} = @0 + *{y});", b.name);
            return out.push(Stmt::new(&text, &[&inner.at_least(Prec::Add)], &[]));
        }
        self.used("iter_mut and for_each");
        out.push(Stmt::new(&format!("{name}.iter_mut().for_each(|{x}| *{x} = @0);"), &[&inner], &[]));
    }
}
