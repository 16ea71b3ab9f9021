//! Statements about scalars.

use super::{Generator, Level, Ty, Var};
use crate::code::{Code, Kind, Prec};
use crate::program::{Block, ParamTy, Ret, Stmt};

impl Generator {
    /// A new name, or now and then one that is taken: shadowing.
    pub(super) fn name(&mut self) -> String {
        if self.once_in(5) {
            if let Some(v) = self.variable(|v| v.ty == Ty::Float && !v.name.starts_with('C')) {
                self.used("shadowing");
                return v.name;
            }
        }
        let stem = ["t", "u", "s", "d_x", "acc"][self.below(5)];
        self.fresh(stem)
    }

    pub(super) fn let_float(&mut self, out: &mut Block) {
        let value = if self.around.is_empty() { self.float(3) } else { self.damped(2) };
        let name = self.name();
        let mutable = self.once_in(2);
        let m = if mutable { "mut " } else { "" };
        let ty = if !value.anchored || self.once_in(3) { ": $F" } else { "" };
        out.push(Stmt::new(&format!("let {m}{name}{ty} = @0;"), &[&value], &[]));
        self.declare(&name, Ty::Float, mutable);
    }

    pub(super) fn let_other(&mut self, out: &mut Block) {
        let (a, b) = (self.float(2), self.float(2));
        match self.below(7) {
            0 => {
                self.used("tuple pattern");
                let (p, q) = (self.fresh("p"), self.fresh("q"));
                out.push(Stmt::new(&format!("let ({p}, mut {q}): ($F, $F) = (@0, @1);"), &[&a, &b], &[]));
                self.declare(&p, Ty::Float, false);
                self.declare(&q, Ty::Float, true);
            }
            1 => {
                self.used("nested tuple pattern");
                let c = self.float(1);
                let (p, q) = (self.fresh("p"), self.fresh("q"));
                let text = format!("let ({p}, (_, {q})): ($F, ($F, $F)) = (@0, (@1, @2));");
                out.push(Stmt::new(&text, &[&a, &b, &c], &[]));
                self.declare(&p, Ty::Float, false);
                self.declare(&q, Ty::Float, false);
            }
            2 => {
                self.used("tuple variable");
                let p = self.fresh("pair");
                let mutable = self.once_in(2);
                let m = if mutable { "mut " } else { "" };
                out.push(Stmt::new(&format!("let {m}{p}: ($F, $F) = (@0, @1);"), &[&a, &b], &[]));
                self.declare(&p, Ty::Pair, mutable);
            }
            3 => {
                let i = self.int(2);
                let name = self.fresh("n");
                let mutable = self.once_in(2);
                let m = if mutable { "mut " } else { "" };
                out.push(Stmt::new(
                    &format!("let {m}{name}: usize = @0 % 7;"),
                    &[&i.at_least(Prec::Mul)],
                    &[],
                ));
                self.declare(&name, Ty::Int, mutable);
            }
            4 => {
                let c = self.condition(1);
                let name = self.fresh("is");
                out.push(Stmt::new(&format!("let {name} = @0;"), &[&c], &[]));
                self.declare(&name, Ty::Bool, false);
            }
            5 => {
                self.used("sin_cos");
                let Some(x) = self.place() else { return };
                let (p, q) = (self.fresh("s"), self.fresh("k"));
                out.push(Stmt::new(&format!("let ({p}, {q}) = @0.sin_cos();"), &[&x], &[]));
                self.declare(&p, Ty::Float, false);
                self.declare(&q, Ty::Float, false);
            }
            _ => {
                self.used("const in the body");
                let name = self.fresh("C");
                let text = format!("const {name}: $F = 0.375;");
                out.push(Stmt::new(&text, &[], &[]).dual(&format!("const {name}: D = c(0.375);")));
                self.declare(&name, Ty::Float, false);
            }
        }
    }

    /// A statement that writes to what may be written.
    pub(super) fn write(&mut self, place: &Code, value: &Code) -> Stmt {
        match self.below(7) {
            0..=2 => Stmt::new("@0 = @1;", &[place, value], &[]),
            3 | 4 => self.compound("+=", place, value),
            5 => self.compound("-=", place, value),
            _ => {
                let value = value.clone().at_least(Prec::Mul);
                self.compound("*=", place, &value)
            }
        }
    }

    /// On the oracle's type the right side of `+=` is evaluated after the left one is borrowed.
    pub(super) fn compound(&mut self, op: &str, place: &Code, value: &Code) -> Stmt {
        self.used("compound assignment");
        Stmt::new(&format!("@0 {op} @1;"), &[place, value], &[])
            .dual(&format!("{{ let rhs_: D = @1; @0 {op} rhs_; }}"))
    }

    pub(super) fn assignment(&mut self, out: &mut Block) {
        let float = |v: &Var| v.mutable && matches!(v.ty, Ty::Float | Ty::Ref | Ty::Pair);
        if self.once_in(5) {
            if let Some(v) = self.variable(|v| v.mutable && v.ty == Ty::Int) {
                self.used("integer state");
                let i = self.int(1).at_least(Prec::Mul);
                let text = format!("{0} = ({0} * 3 + @0) % 7;", v.name);
                out.push(Stmt::new(&text, &[&i], &[]));
                return;
            }
        }
        let Some(var) = self.variable(float) else { return self.let_float(out) };
        self.used("assignment");
        let place = match var.ty {
            Ty::Ref => Code::new(Kind::Other, format!("*{}", var.name)),
            Ty::Pair => Code::new(Kind::Other, format!("{}.{}", var.name, self.below(2))),
            _ => Code::new(Kind::Other, var.name.clone()),
        };
        let value = if self.around.is_empty() && self.once_in(2) { self.float(2) } else { self.damped(2) };
        let stmt = self.write(&place, &value);
        out.push(stmt);
    }

    pub(super) fn references(&mut self, out: &mut Block) {
        if self.once_in(2) {
            let Some(v) = self.variable(|v| v.ty == Ty::Float && !v.mutable) else { return };
            self.used("reference to a scalar");
            let r = self.fresh("r");
            out.push(Stmt::new(&format!("let {r} = &{};", v.name), &[], &[]));
            return self.declare(&r, Ty::Ref, false);
        }
        let Some(v) = self.variable(|v| v.ty == Ty::Float && v.mutable) else { return };
        self.used("&mut local");
        let name = v.name.clone();
        let body = self.without(&name, |g| {
            g.scoped(
                |_| (),
                |g, ()| {
                    let r = g.fresh("r");
                    let mut body = vec![Stmt::new(&format!("let {r} = &mut {name};"), &[], &[])];
                    g.declare(&r, Ty::Ref, true);
                    let (x, y) = (g.damped(2), g.damped(1));
                    let place = Code::new(Kind::Other, format!("*{r}"));
                    body.push(g.write(&place, &x));
                    if g.once_in(2) {
                        body.push(g.write(&place, &y));
                    }
                    body
                },
            )
        });
        out.push(Stmt::new("{#0}", &[], &[body]));
    }

    pub(super) fn swap(&mut self, out: &mut Block) {
        let writable = |v: &Var| v.ty == Ty::Float && v.mutable;
        let (Some(a), Some(b)) = (self.variable(writable), self.variable(writable)) else { return };
        let (a, b) = (a.name, b.name);
        let x = self.without(&a, |g| g.damped(1));
        if a == b || self.once_in(4) {
            self.used("mem::replace");
            let name = self.fresh("old");
            out.push(Stmt::new(&format!("let {name} = std::mem::replace(&mut {a}, @0);"), &[&x], &[]));
            return self.declare(&name, Ty::Float, false);
        }
        match self.below(3) {
            0 => {
                self.used("mem::swap");
                out.push(Stmt::new(&format!("std::mem::swap(&mut {a}, &mut {b});"), &[], &[]));
            }
            1 => {
                self.used("destructuring assignment");
                out.push(
                    Stmt::new(&format!("({a}, {b}) = ({b}, {a} * 0.5 + @0);"), &[&x], &[])
                        .dual(&format!("({a}, {b}) = ({b}, {a} * c(0.5) + @0);")),
                );
            }
            _ => {
                self.used("destructuring assignment");
                out.push(Stmt::new(&format!("({a}, {b}) = ({b}, {a});"), &[], &[]));
            }
        }
    }

    /// Statements without an effect on the result.
    pub(super) fn inert(&mut self, out: &mut Block) {
        let c = self.condition(0);
        let Some(x) = self.place() else { return };
        match self.below(3) {
            0 => {
                self.used("assert!");
                out.push(Stmt::new(
                    "assert!(@0 || true, \"never {}\", 1);",
                    &[&c.at_least(Prec::Compare)],
                    &[],
                ));
            }
            1 => {
                self.used("debug_assert!");
                out.push(Stmt::new("debug_assert!(!@0.is_nan() || true);", &[&x], &[]));
            }
            _ => {
                self.used("let _");
                let x = self.float(1);
                out.push(Stmt::new("let _: $F = @0;", &[&x], &[]));
            }
        }
    }

    /// A call of another generated function, if there is one whose arguments are at hand.
    pub(super) fn call(&mut self, out: &mut Block) {
        if self.helpers.is_empty() {
            return self.let_float(out);
        }
        let k = self.below(self.helpers.len());
        let helper = self.helpers[k].clone();
        let mut args: Vec<Code> = Vec::new();
        for p in &helper.params {
            let Some(arg) = self.argument(&p.ty) else { return self.let_float(out) };
            args.push(arg);
        }
        self.used("call");
        let list: Vec<String> = (0..args.len()).map(|k| format!("@{k}")).collect();
        let path = match &helper.module {
            Some(module) => format!("{module}::{}", helper.name),
            None => helper.name.clone(),
        };
        let call = format!("{path}({})", list.join(", "));
        let args: Vec<&Code> = args.iter().collect();
        let name = self.fresh("y");
        match helper.ret {
            Ret::Float => {
                out.push(Stmt::new(&format!("let {name} = {call};"), &args, &[]));
                self.declare(&name, Ty::Float, false);
            }
            Ret::Pair => {
                let other = self.fresh("y");
                out.push(Stmt::new(&format!("let ({name}, {other}) = {call};"), &args, &[]));
                self.declare(&name, Ty::Float, false);
                self.declare(&other, Ty::Float, false);
            }
            Ret::Array(n) | Ret::Wide(n) => {
                out.push(Stmt::new(&format!("let {name} = {call};"), &args, &[]));
                self.declare(&name, Ty::Array(n), false);
            }
            Ret::Rows(n, m) => {
                out.push(Stmt::new(&format!("let {name} = {call};"), &args, &[]));
                self.declare(&name, Ty::Array2(n, m), false);
            }
            Ret::Mixed(_) => out.push(Stmt::new(&format!("let _ = {call};"), &args, &[])),
            Ret::Vec | Ret::Long(_) => {
                out.push(Stmt::new(&format!("let {name} = {call};"), &args, &[]));
                self.declare(&name, Ty::Vec(1), false);
            }
            Ret::Unit => out.push(Stmt::new(&format!("{call};"), &args, &[])),
        }
    }

    fn argument(&mut self, ty: &ParamTy) -> Option<Code> {
        let named = |v: Var, prefix: &str| Code::new(Kind::Other, format!("{prefix}{}", v.name));
        Some(match ty {
            ParamTy::Float => self.float(2),
            ParamTy::RefFloat => named(self.variable(|v| v.ty == Ty::Float)?, "&"),
            ParamTy::Int(_) => self.int(1),
            ParamTy::Bool => self.condition(0),
            ParamTy::Enum => match self.variable(|v| v.ty == Ty::Enum) {
                Some(v) => named(v, ""),
                None => Code::new(Kind::Other, ["Mode::A", "Mode::B", "Mode::C"][self.below(3)]),
            },
            ParamTy::Pair => {
                let (a, b) = (self.float(1), self.float(1));
                Code::of(Kind::Other, "(@0, @1)", &[&a, &b])
            }
            ParamTy::Struct => named(self.variable(|v| v.ty == Ty::Struct)?, ""),
            ParamTy::Array(n) => named(self.variable(|v| v.ty == Ty::Array(*n))?, ""),
            ParamTy::RefArray(n) => {
                let v = self.variable(|v| v.ty == Ty::Array(*n))?;
                Code::new(Kind::Other, format!("&{}", v.name)).dual(format!("&{}.clone()", v.name))
            }
            ParamTy::Slice(n) => {
                let enough = |v: &Var| match v.ty {
                    Ty::Array(m) | Ty::Vec(m) => m >= *n,
                    _ => false,
                };
                let v = self.variable(enough)?;
                if self.once_in(3) && v.ty != Ty::Vec(*n) {
                    self.used("sub-slice as an argument");
                    return Some(Code::new(Kind::Other, format!("&{}[..{n}]", v.name)));
                }
                named(v, "&")
            }
            ParamTy::Array2(n, m) => named(self.variable(|v| v.ty == Ty::Array2(*n, *m))?, ""),
            ParamTy::Vec(n) => {
                let v = self.variable(|v| matches!(v.ty, Ty::Vec(m) if m >= *n))?;
                Code::new(Kind::Other, format!("{}.clone()", v.name))
            }
            ParamTy::RefVec(n) => named(self.variable(|v| matches!(v.ty, Ty::Vec(m) if m >= *n))?, "&"),
            ParamTy::MutFloat | ParamTy::MutSlice(_) => return self.mut_argument(ty),
        })
    }

    /// `&mut` of something that no other argument mentions would need care: one at a time, in `sweep`.
    fn mut_argument(&mut self, ty: &ParamTy) -> Option<Code> {
        let _ = (ty, Level::Calls);
        None
    }
}
