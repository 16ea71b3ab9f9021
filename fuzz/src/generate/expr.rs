//! Expressions on safe domains.

use super::{Generator, Level, Ty, Var};
use crate::code::{literal, Code, Kind, Prec};

/// Methods that take any float, with the bounded forms of those that grow; `@0` is the receiver.
const ANYWHERE: [(&str, &str); 34] = [
    ("sin", "@0.sin()"),
    ("cos", "@0.cos()"),
    ("tanh", "@0.tanh()"),
    ("atan", "@0.atan()"),
    ("abs", "@0.abs()"),
    ("exp", "@0.sin().exp()"),
    ("exp", "(-@0.abs()).exp()"),
    ("sqrt", "(@0 * @0 + $L(0.5)).sqrt()"),
    ("sqrt", "(@0.abs() + $L(1.0)).sqrt()"),
    ("ln", "(@0.abs() + $L(0.3)).ln()"),
    ("ln_1p", "(@0 * @0).ln_1p()"),
    ("exp_m1", "@0.sin().exp_m1()"),
    ("exp2", "@0.cos().exp2()"),
    ("recip", "(@0.sin() + $L(1.5)).recip()"),
    ("cbrt", "(@0.abs() + $L(0.2)).cbrt()"),
    ("sinh", "@0.tanh().sinh()"),
    ("cosh", "@0.tanh().cosh()"),
    ("tan", "(@0.tanh() * $L(0.7)).tan()"),
    ("asin", "(@0.sin() * $L(0.9)).asin()"),
    ("acos", "(@0.cos() * $L(0.8)).acos()"),
    ("atanh", "(@0.sin() * $L(0.9)).atanh()"),
    ("asinh", "@0.asinh()"),
    ("acosh", "(@0.abs() + $L(1.5)).acosh()"),
    ("log2", "(@0.abs() + $L(0.4)).log2()"),
    ("log10", "(@0.abs() + $L(0.4)).log10()"),
    ("floor", "(@0 * $L(3.0)).floor()"),
    ("fract", "(@0 * $L(2.0)).fract()"),
    ("round", "@0.round()"),
    ("signum", "@0.signum()"),
    ("powi", "@0.sin().powi(3)"),
    ("powi", "(@0.cos() + $L(1.2)).powi(-2)"),
    ("powi", "@0.tanh().powi(2)"),
    ("to_radians", "@0.to_radians()"),
    ("sin_cos", "@0.sin_cos().1"),
];

const PAIRS: [(&str, &str); 17] = [
    ("max", "@0.max(@1)"),
    ("min", "@0.min(@1)"),
    ("atan2", "@0.atan2(@1.abs() + $L(0.5))"),
    ("hypot", "@0.hypot(@1)"),
    ("copysign", "@0.copysign(@1)"),
    ("powf", "(@0.abs() + $L(0.5)).powf(@1.sin())"),
    ("powf passive", "(@0.abs() + $L(0.5)).powf($L(1.7)) + @1"),
    ("mul_add", "@0.mul_add(@1, $L(0.3))"),
    ("clamp", "@0.clamp($L(-0.8), $L(0.9)) * @1"),
    ("clamp", "@0.clamp(-@1.abs() - $L(0.1), @1.abs())"),
    ("rem", "@0 % (@1.abs() + $L(0.6))"),
    ("rem_euclid", "@0.rem_euclid($L(0.75)) - @1"),
    ("log", "(@0.abs() + $L(0.6)).log(@1.abs() + $L(2.0))"),
    ("midpoint", "@0.midpoint(@1)"),
    ("path form", "$F::max(@0, @1.sin())"),
    ("path form", "$F::sin(@0) * <$F>::min(@0, @1)"),
    ("path form", "$F::mul_add(@1.cos(), @0, @1)"),
];

/// `$L(1.5)` in a template is a literal: the text of the function, and the oracle's.
pub(super) fn literals(template: &str) -> (String, String) {
    let (mut plain, mut dual) = (String::new(), String::new());
    let mut rest = template;
    while let Some(k) = rest.find("$L(") {
        let end = rest[k..].find(')').map_or(rest.len(), |e| k + e);
        let number = &rest[k + 3..end];
        plain.push_str(&rest[..k]);
        plain.push_str(number);
        dual.push_str(&rest[..k]);
        dual.push_str(&format!("c({number})"));
        rest = &rest[end + 1..];
    }
    (plain + rest, dual + rest)
}

fn with_literals(kind: Kind, template: &str, kids: &[&Code]) -> Code {
    let (plain, dual) = literals(template);
    Code::of(kind, plain, kids).dual(dual)
}

impl Generator {
    pub(super) fn constant(&mut self) -> Code {
        const VALUES: [f64; 12] = [0.5, 1.0, 2.0, 0.1, 1.5, 0.25, 3.0, 0.7, 1e-1, 0.0, 1.25, 0.9];
        let v = VALUES[self.below(VALUES.len())];
        match self.below(14) {
            0 => Code::new(Kind::Float, "std::f64::consts::FRAC_PI_4").dual("c(std::f64::consts::FRAC_PI_4)"),
            1 => Code::new(Kind::Float, format!("{v:?}_f64")).dual(format!("c({v:?})")),
            2 => Code::new(Kind::Float, format!("-{v:?}"))
                .dual(format!("c(-{v:?})"))
                .prec(Prec::Unary)
                .anchored(false),
            3 => {
                if !self.items.iter().any(|i| i.contains("GAIN")) {
                    self.items.push("const GAIN: $F = $c(0.8);".into());
                }
                self.used("const");
                Code::new(Kind::Float, "GAIN")
            }
            _ => literal(v),
        }
    }

    /// A float variable, or an element of something.
    pub(super) fn place(&mut self) -> Option<Code> {
        let var = self.variable(|v| !matches!(v.ty, Ty::Int | Ty::Bool | Ty::Enum))?;
        Some(self.read(&var))
    }

    pub(super) fn read(&mut self, var: &Var) -> Code {
        let name = &var.name;
        match var.ty {
            Ty::Float | Ty::Int | Ty::Bool | Ty::Enum => Code::new(Kind::Float, name.clone()),
            Ty::Ref => Code::new(Kind::Float, format!("(*{name})")),
            Ty::Pair => Code::new(Kind::Float, format!("{name}.{}", self.below(2))),
            Ty::Struct => self.field(name),
            Ty::Array(_) | Ty::Array2(..) | Ty::Slice(_) | Ty::Vec(_) => self.element(var),
        }
    }

    /// A number of a struct.
    fn field(&mut self, name: &str) -> Code {
        let field = ["a", "b[0]", "b[1]", "b[@0 % 2]"][self.below(4)];
        let i = self.int(0).at_least(Prec::Atom);
        Code::of(Kind::Float, format!("{name}.{field}"), &[&i])
    }

    /// `a[i]`
    pub(super) fn element(&mut self, var: &Var) -> Code {
        let name = &var.name;
        match var.ty {
            Ty::Array(n) => {
                let i = self.index(Some(n), name);
                Code::of(Kind::Float, format!("{name}[@0]"), &[&i])
            }
            Ty::Array2(n, m) => {
                let (i, j) = (self.index(Some(n), name), self.index(Some(m), name));
                Code::of(Kind::Float, format!("{name}[@0][@1]"), &[&i, &j])
            }
            Ty::Slice(n) | Ty::Vec(n) => {
                let i = if self.once_in(3) {
                    Code::new(Kind::Other, self.below(n).to_string())
                } else {
                    self.index(None, name)
                };
                Code::of(Kind::Float, format!("{name}[@0]"), &[&i])
            }
            Ty::Float | Ty::Ref | Ty::Int | Ty::Bool | Ty::Enum | Ty::Pair | Ty::Struct => self.read(var),
        }
    }

    /// An index below `n`, or below the length of `name`.
    pub(super) fn index(&mut self, n: Option<usize>, name: &str) -> Code {
        if let (Some(n), true) = (n, self.once_in(3)) {
            return Code::new(Kind::Other, self.below(n).to_string());
        }
        self.used("computed index");
        if self.wild && self.once_in(8) {
            self.used("index that may be out of range");
            let i = self.int(1);
            return Code::of(Kind::Other, "@0", &[&i]);
        }
        let i = self.int(1).at_least(Prec::Mul);
        match n {
            Some(n) if self.once_in(6) => {
                let one = self.below(3) + 1;
                Code::of(Kind::Other, format!("{} - (@0 + {one}) % {n}", n - 1), &[&i])
            }
            Some(n) => Code::of(Kind::Other, format!("@0 % {n}"), &[&i]),
            None => Code::of(Kind::Other, format!("@0 % {name}.len()"), &[&i]),
        }
    }

    pub(super) fn atom(&mut self) -> Code {
        match self.below(10) {
            0 | 1 => self.constant(),
            2 => {
                let i = self.int(0);
                self.used("int as f64");
                Code::of(Kind::Float, "(@0 as f64)", &[&i]).dual("c(@0 as f64)")
            }
            _ => self.place().unwrap_or_else(|| literal(0.6)),
        }
    }

    /// A receiver: its type is known.
    pub(super) fn receiver(&mut self, depth: usize) -> Code {
        let code = self.float(depth).at_least(Prec::Atom);
        if code.anchored {
            return code;
        }
        self.place().unwrap_or_else(|| Code::new(Kind::Float, "0.4_f64").dual("c(0.4)"))
    }

    pub(super) fn float(&mut self, depth: usize) -> Code {
        if depth == 0 {
            return self.atom();
        }
        match self.below(22) {
            0..=2 => self.atom(),
            3..=10 => self.binary(depth),
            11..=14 => {
                let (name, template) = ANYWHERE[self.below(ANYWHERE.len())];
                self.used(name);
                let x = self.receiver(depth - 1);
                with_literals(Kind::Float, template, &[&x])
            }
            15 | 16 => {
                let (name, template) = PAIRS[self.below(PAIRS.len())];
                self.used(name);
                let (x, y) = (self.receiver(depth - 1), self.receiver(depth - 1));
                with_literals(Kind::Float, template, &[&x, &y]).prec(Prec::Low).at_least(Prec::Atom)
            }
            17 => {
                self.used("unary minus");
                let x = self.float(depth - 1).at_least(Prec::Atom);
                Code::of(Kind::Float, "-@0", &[&x]).prec(Prec::Unary).anchored(x.anchored)
            }
            18 => self.conditional(depth),
            19 if depth > 1 => self.matched(depth),
            20 => self.rare(depth),
            _ => self.binary(depth),
        }
    }

    fn rare(&mut self, depth: usize) -> Code {
        let x = self.receiver(depth - 1);
        match self.below(8) {
            0 if self.once_in(4) => {
                self.used("detach");
                Code::of(Kind::Float, "backprop::detach(@0)", &[&x]).dual("@0.detach()")
            }
            2 => {
                self.used("cast to an integer and back");
                Code::of(Kind::Float, "((@0 * 4.0) as i64 as f64)", &[&x])
                    .dual("c((@0 * c(4.0)).v as i64 as f64)")
            }
            3 if self.once_in(16) => {
                self.used("f32 and back");
                self.tolerance = 1e-5;
                Code::of(Kind::Float, "(@0 as f32 as f64)", &[&x]).dual("@0.f32()")
            }
            4 if self.level >= Level::Loops => {
                self.used("len as a number");
                let Some(v) = self.variable(|v| matches!(v.ty, Ty::Vec(_) | Ty::Slice(_) | Ty::Array(_)))
                else {
                    return x;
                };
                let name = v.name;
                Code::of(Kind::Float, format!("@0 / ({name}.len() as f64)"), &[&x])
                    .dual(format!("@0 / c({name}.len() as f64)"))
                    .prec(Prec::Mul)
            }
            _ => {
                self.used("reference operators");
                let Some(v) = self.variable(|v| v.ty == Ty::Float) else { return x };
                Code::of(Kind::Float, format!("(&{} * &@0)", v.name), &[&x])
            }
        }
    }

    fn binary(&mut self, depth: usize) -> Code {
        let (a, b) = (self.float(depth - 1), self.float(depth - 1));
        let anchored = a.anchored || b.anchored;
        let op = [" + ", " - ", " * ", " + ", " * ", " / "][self.below(6)];
        self.used(match op {
            " + " => "+",
            " - " => "-",
            " * " => "*",
            _ => "/",
        });
        if op == " / " {
            let b = if b.anchored { b.at_least(Prec::Atom) } else { self.receiver(0) };
            let a = a.at_least(Prec::Mul);
            let code = if self.once_in(2) {
                with_literals(Kind::Float, "@0 / (@1 * @1 + $L(1.0))", &[&a, &b])
            } else {
                with_literals(Kind::Float, "@0 / (@1.sin() + $L(2.0))", &[&a, &b])
            };
            return code.prec(Prec::Mul);
        }
        let prec = if op == " * " { Prec::Mul } else { Prec::Add };
        let above = if op == " * " { Prec::Cast } else { Prec::Mul };
        let (a, b) = (a.at_least(prec), b.at_least(above));
        Code::of(Kind::Float, format!("@0{op}@1"), &[&a, &b]).prec(prec).anchored(anchored)
    }

    fn conditional(&mut self, depth: usize) -> Code {
        self.used("if expression");
        let (c, x, y) = (self.condition(1), self.float(depth - 1), self.float(depth - 1));
        let anchored = x.anchored || y.anchored;
        if depth > 1 && self.once_in(3) {
            self.used("else if");
            let (d, z) = (self.condition(1), self.float(depth - 1));
            let kids = [&c, &x, &d, &y, &z];
            return Code::of(Kind::Float, "(if @0 { @1 } else if @2 { @3 } else { @4 })", &kids)
                .anchored(anchored);
        }
        Code::of(Kind::Float, "(if @0 { @1 } else { @2 })", &[&c, &x, &y]).anchored(anchored)
    }

    fn matched(&mut self, depth: usize) -> Code {
        let d = depth - 1;
        let (x, y, z) = (self.float(d), self.float(d), self.float(d));
        let anchored = x.anchored || y.anchored || z.anchored;
        let i = self.int(1);
        let c = self.condition(0);
        if let (Some(e), true) = (self.variable(|v| v.ty == Ty::Enum), self.once_in(2)) {
            self.used("match on an enum");
            let text = format!("(match {} {{ Mode::A => @0, Mode::B => @1, Mode::C => @2 }})", e.name);
            return Code::of(Kind::Float, text, &[&x, &y, &z]).anchored(anchored);
        }
        let (feature, template) = [
            ("match on an integer", "(match @3 { 0 => @0, 1 | 3 => @1, _ => @2 })"),
            ("match on ranges", "(match @3 { 0..=1 => @0, 2..5 => @1, _ => @2 })"),
            ("match with a guard", "(match @3 { n if n > 2 => @0, 0 => @1, _ => @2 })"),
            (
                "match with a binding",
                "(match @3 { n @ 1..=4 => @0 * (n as f64), n => @1 + @2 * (n as f64) })",
            ),
            ("match on a tuple", "(match (@3 % 2, @4) { (0, true) => @0, (1, _) => @1, _ => @2 })"),
            ("match on a bool", "(match @4 { true => @0 - @1, false => @2 })"),
            ("match on a guard that is active", "(match @3 { 0 => @0, _ if @4 => @1, _ => @2 })"),
        ][self.below(7)];
        self.used(feature);
        let atoms = [x.at_least(Prec::Atom), y.at_least(Prec::Atom), z.at_least(Prec::Atom), i, c];
        let kids: Vec<&Code> = atoms.iter().collect();
        let dual = template.replace("(n as f64)", "c(n as f64)");
        Code::of(Kind::Float, template, &kids).dual(dual).anchored(anchored)
    }

    /// A small number that is never negative.
    pub(super) fn int(&mut self, depth: usize) -> Code {
        let var = self.variable(|v| v.ty == Ty::Int);
        match (var, self.below(6)) {
            (Some(v), 0..=3) if depth == 0 => Code::new(Kind::Int, v.name),
            (Some(v), 0 | 1) => Code::new(Kind::Int, v.name),
            (_, 2 | 3) if depth > 0 => {
                let (a, b) = (self.int(depth - 1), self.int(depth - 1));
                let (a, b) = (a.at_least(Prec::Mul), b.at_least(Prec::Mul));
                let op = [" + ", " * "][self.below(2)];
                Code::of(Kind::Int, format!("(@0{op}@1 + 1)"), &[&a, &b])
            }
            (_, 4) if depth > 0 && self.tables => {
                let i = self.int(depth - 1).at_least(Prec::Mul);
                self.used("index table");
                Code::of(Kind::Int, "TABLE[@0 % 5]", &[&i])
            }
            (_, 5) if depth > 0 && self.once_in(3) => {
                let x = self.receiver(0);
                self.used("index from a float");
                Code::of(Kind::Int, "((@0.abs() * 3.0) as usize % 9)", &[&x])
                    .dual("((@0.abs() * c(3.0)).v as usize % 9)")
            }
            (Some(v), 4) => Code::new(Kind::Int, v.name),
            _ => Code::new(Kind::Int, self.below(5).to_string()),
        }
    }

    pub(super) fn condition(&mut self, depth: usize) -> Code {
        let compare = Prec::Mul;
        match self.below(12) {
            0 | 1 if depth > 0 => {
                self.used("&& and ||");
                let (a, b) = (self.condition(0), self.condition(0));
                let op = [" && ", " || "][self.below(2)];
                let (a, b) = (a.at_least(Prec::Compare), b.at_least(Prec::Compare));
                Code::of(Kind::Bool, format!("(@0{op}@1)"), &[&a, &b])
            }
            2 => {
                let i = self.int(1).at_least(Prec::Atom);
                let n = self.below(4);
                Code::of(Kind::Bool, format!("@0 % 3 {} {n}", ["==", "<", ">=", "!="][self.below(4)]), &[&i])
                    .prec(Prec::Compare)
            }
            3 => {
                let i = self.int(1);
                self.used("matches!");
                Code::of(Kind::Bool, "matches!(@0, 1 | 3..=4)", &[&i])
            }
            4 => match self.variable(|v| v.ty == Ty::Bool) {
                Some(v) if self.once_in(2) => Code::new(Kind::Bool, format!("!{}", v.name)).prec(Prec::Unary),
                Some(v) => Code::new(Kind::Bool, v.name),
                None => self.condition(depth),
            },
            _ => {
                let (a, b) = (self.receiver(1), self.float(1));
                let op = [" < ", " > ", " <= ", " >= "][self.below(4)];
                let (a, b) = (a.at_least(compare), b.at_least(compare));
                Code::of(Kind::Bool, format!("@0{op}@1"), &[&a, &b]).prec(Prec::Compare)
            }
        }
    }

    /// A bounded function of an expression: what state may become, over and over.
    pub(super) fn damped(&mut self, depth: usize) -> Code {
        let x = self.receiver(depth);
        let template =
            ["@0.sin()", "@0.tanh()", "@0 / (@0 * @0 + $L(1.0))", "(@0 * $L(0.3)).cos()"][self.below(4)];
        with_literals(Kind::Float, template, &[&x]).prec(Prec::Mul)
    }

    /// A sum over what is in scope.
    pub(super) fn summary(&mut self) -> Code {
        let mut vars = self.visible(|v| !matches!(v.ty, Ty::Int | Ty::Bool | Ty::Enum));
        while vars.len() > 6 {
            let k = self.below(vars.len());
            vars.remove(k);
        }
        let mut sum = self.float(2);
        for var in vars {
            let x = self.read(&var);
            let template = ["@0 + @1", "@0 - @1", "@0 + @1 * @1", "@0 + @1.sin()"][self.below(4)];
            let left = sum.at_least(Prec::Add);
            sum = Code::of(Kind::Float, template, &[&left, &x]).prec(Prec::Add);
        }
        sum
    }
}
