//! Expressions as trees of templates, printed twice: for the plain function and for the oracle.
//!
//! ```text
//! t("@0.max(@1)", [x, lit 1.5])   →   x.max(1.5)   and   x.max(c(1.5))
//! ```
//!
//! A tree can be cut: any node gives way to a child of the same kind, which is how failures shrink.

/// What an expression evaluates to, as far as cutting it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A float.
    Float,
    /// A small `usize`.
    Int,
    /// A condition.
    Bool,
    /// Anything else: cut around, never cut.
    Other,
}

/// How tightly an expression binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prec {
    /// `if`, `match`, assignments.
    Low,
    /// Comparisons and `&&`.
    Compare,
    /// `+ -`
    Add,
    /// `* / %`
    Mul,
    /// `x as T`
    Cast,
    /// `-x`
    Unary,
    /// Names, calls, literals.
    Atom,
}

/// One of the two printed forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The function under test, over `f64`.
    Plain,
    /// The same over dual numbers.
    Dual,
}

/// An expression: `@0` … `@9` stand for the children, `$F` for the float type.
#[derive(Clone, Debug)]
pub struct Code {
    plain: String,
    dual: Option<String>,
    /// Sub-expressions, by number.
    pub kids: Vec<Code>,
    /// What it evaluates to.
    pub kind: Kind,
    /// How tightly it binds.
    pub prec: Prec,
    /// Whether the compiler knows that it is an `f64` without looking around it.
    pub anchored: bool,
}

impl Code {
    /// An atom that is the same text in both forms.
    pub fn new(kind: Kind, text: impl Into<String>) -> Code {
        Code { plain: text.into(), dual: None, kids: Vec::new(), kind, prec: Prec::Atom, anchored: true }
    }

    /// An expression from a template.
    pub fn of(kind: Kind, template: impl Into<String>, kids: &[&Code]) -> Code {
        Code { kids: kids.iter().map(|k| (*k).clone()).collect(), ..Code::new(kind, template) }
    }

    /// The same with another text in the oracle.
    pub fn dual(mut self, template: impl Into<String>) -> Code {
        self.dual = Some(template.into());
        self
    }

    /// The same with another precedence.
    pub fn prec(mut self, prec: Prec) -> Code {
        self.prec = prec;
        self
    }

    /// The same, perhaps of an unknown float type.
    pub fn anchored(mut self, anchored: bool) -> Code {
        self.anchored = anchored;
        self
    }

    /// In parentheses if it binds less tightly than `prec`.
    pub fn at_least(self, prec: Prec) -> Code {
        if self.prec >= prec {
            return self;
        }
        let anchored = self.anchored;
        Code::of(self.kind, "(@0)", &[&self]).anchored(anchored)
    }

    /// The text.
    pub fn print(&self, mode: Mode) -> String {
        let template = match (mode, &self.dual) {
            (Mode::Dual, Some(dual)) => dual,
            (Mode::Dual, None) | (Mode::Plain, _) => &self.plain,
        };
        let mut out = String::new();
        let mut rest = template.as_str();
        while let Some(k) = rest.find(['@', '$']) {
            out.push_str(&rest[..k]);
            let next = rest[k + 1..].chars().next();
            match (&rest[k..=k], next) {
                ("@", Some(d)) if d.is_ascii_digit() => {
                    out.push_str(&self.kids[d as usize - '0' as usize].print(mode));
                    rest = &rest[k + 2..];
                }
                ("$", Some('F')) => {
                    out.push_str(if mode == Mode::Plain { "f64" } else { "D" });
                    rest = &rest[k + 2..];
                }
                (sign, _) => {
                    out.push_str(sign);
                    rest = &rest[k + 1..];
                }
            }
        }
        out + rest
    }

    /// Number of places where `cut` does something.
    pub fn cuts(&self) -> usize {
        self.here().len() + self.kids.iter().map(Code::cuts).sum::<usize>()
    }

    /// The `n`-th smaller tree.
    pub fn cut(&self, mut n: usize) -> Code {
        let here = self.here();
        if n < here.len() {
            return here[n].clone();
        }
        n -= here.len();
        let mut out = self.clone();
        for kid in &mut out.kids {
            let cuts = kid.cuts();
            if n < cuts {
                *kid = kid.cut(n);
                return out;
            }
            n -= cuts;
        }
        out
    }

    fn here(&self) -> Vec<Code> {
        if self.kids.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Code> = Vec::new();
        let mut queue: Vec<&Code> = self.kids.iter().collect();
        while let Some(kid) = queue.pop() {
            if kid.kind == self.kind && self.kind != Kind::Other {
                found.push(kid.clone().at_least(Prec::Atom));
            } else {
                queue.extend(&kid.kids);
            }
        }
        match self.kind {
            Kind::Float => found.push(literal(0.7).anchored(false)),
            Kind::Int => found.push(Code::new(Kind::Int, "1")),
            Kind::Bool | Kind::Other => {}
        }
        found
    }
}

/// A float literal without a suffix.
pub fn literal(v: f64) -> Code {
    let text = format!("{v:?}");
    let dual = format!("c({text})");
    Code::new(Kind::Float, text).dual(dual).anchored(false)
}
