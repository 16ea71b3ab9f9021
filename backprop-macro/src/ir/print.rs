//! The IR as text, for golden tests and for people: one statement per line, types where they are known.
//!
//! ```text
//! fn(v0 x: f64, v1 n: int) {
//!   v2: f64 = const 0.0
//!   loop v4: int in v3..v1 carry (v5 s: f64 = v2 -> v7, result v8) {
//!     v6: f64 = sin(v0)
//!     v7: f64 = add(v5, v6)
//!   }
//!   return v8
//! }
//! ```
//! It must never fail: a table entry that is missing prints as the bare id.

use super::ids::Id;
use super::{
    Access, Adaptor, Arg, Branch, BranchKind, Bulk, Call, CallResult, CallRole, Callee, Carried, CodeId,
    Const, Cotangent, Field, Function, Init, Loop, MemId, Op, Opaque, Operand, Param, ParamKind, Phi, Place,
    Popped, Proj, Pullback, Range, Read, Region, ResultOf, Room, StackId, Stmt, Ty, ValueId,
};
use crate::ir::ty::{ArrayLen, FloatTy};
use std::fmt::{self, Display};

#[cfg(test)]
mod tests;

/// The text of a piece of carried code.
pub type Names<'a> = &'a dyn Fn(CodeId) -> String;

/// With the user's names and code from `names`; without it, carried code prints as its id.
pub fn print(f: &Function, names: Option<Names<'_>>) -> String {
    let mut printer = Printer { f, names, out: String::new(), depth: 0 };
    printer.function();
    printer.out
}

impl Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(self, None))
    }
}

struct Printer<'a> {
    f: &'a Function,
    names: Option<Names<'a>>,
    out: String,
    depth: usize,
}

fn join<T>(items: impl IntoIterator<Item = T>, text: impl FnMut(T) -> String) -> String {
    items.into_iter().map(text).collect::<Vec<_>>().join(", ")
}

fn values(items: &[ValueId]) -> String {
    join(items, |v| format!("{v:?}"))
}

fn maybe(value: Option<ValueId>) -> String {
    value.map_or(String::new(), |v| format!("{v:?}"))
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(&"  ".repeat(self.depth));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn function(&mut self) {
        let params = join(&self.f.params, |p| self.param(p));
        self.line(&format!("fn({params}) {{"));
        self.depth += 1;
        for (id, stack) in self.f.stacks.iter() {
            let kind = match stack {
                Room::One => "slot",
                Room::Few => "short",
                Room::Many => "stack",
            };
            self.line(&format!("{kind} {id:?}"));
        }
        self.statements(&self.f.body);
        match self.f.result {
            ResultOf::Unit => {}
            ResultOf::Value(v) => self.line(&format!("return {v:?}")),
            ResultOf::Mem(m) => self.line(&format!("return {m:?}")),
        }
        self.depth -= 1;
        self.line("}");
    }

    fn param(&self, param: &Param) -> String {
        let (text, passive) = match &param.kind {
            ParamKind::Value(v) => (self.value(*v), self.value_ty(*v).is_passive()),
            ParamKind::Mem(m) => (self.mem(*m), self.mem_ty(*m).is_passive()),
        };
        let constant = if param.active || passive { "" } else { "const " };
        format!("{constant}{text}")
    }

    fn value_ty(&self, v: ValueId) -> Ty {
        if v.index() < self.f.values.len() {
            self.f.values[v].ty.clone()
        } else {
            Ty::Unknown
        }
    }

    fn mem_ty(&self, m: MemId) -> Ty {
        if m.index() < self.f.mems.len() {
            self.f.mems[m].ty.clone()
        } else {
            Ty::Unknown
        }
    }

    /// Where it is bound: `v5 s: f64`.
    fn value(&self, v: ValueId) -> String {
        let name = (v.index() < self.f.values.len()).then(|| self.f.values[v].name).flatten();
        format!("{v:?}{}{}", self.name(name), self.suffix(&self.value_ty(v), ""))
    }

    /// Where it comes into being: `m0 a: &mut [f64]`, `m3: Vec<f64> shadow of m0`.
    fn mem(&self, m: MemId) -> String {
        if m.index() >= self.f.mems.len() {
            return format!("{m:?}");
        }
        let info = &self.f.mems[m];
        let access = match info.access {
            Access::Owned => "",
            Access::Ref => "&",
            Access::RefMut => "&mut ",
        };
        let shadow = info.shadow_of.map_or(String::new(), |of| format!(" shadow of {of:?}"));
        format!("{m:?}{}{}{shadow}", self.name(info.name), self.suffix(&info.ty, access))
    }

    fn name(&self, name: Option<CodeId>) -> String {
        name.map_or(String::new(), |n| format!(" {}", self.code(n)))
    }

    fn suffix(&self, ty: &Ty, access: &str) -> String {
        match ty {
            Ty::Unknown if access.is_empty() => String::new(),
            known => format!(": {access}{}", self.ty(known)),
        }
    }

    fn code(&self, code: CodeId) -> String {
        self.names.map_or_else(|| format!("{code:?}"), |names| names(code))
    }

    fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Float(FloatTy::F32) => "f32".into(),
            Ty::Float(FloatTy::F64) => "f64".into(),
            Ty::Float(FloatTy::Any) => "float".into(),
            Ty::Float(FloatTy::Lanes(inner)) => format!("lanes {}", self.ty(&Ty::Float((**inner).clone()))),
            Ty::Float(FloatTy::Param(code)) | Ty::Adt(code, _) | Ty::Passive(Some(code)) => self.code(*code),
            Ty::Int => "int".into(),
            Ty::Bool => "bool".into(),
            Ty::Passive(None) => "passive".into(),
            Ty::Array(elem, ArrayLen::Known(n)) => format!("[{}; {n}]", self.ty(elem)),
            Ty::Array(elem, ArrayLen::Code(n)) => format!("[{}; {}]", self.ty(elem), self.code(*n)),
            Ty::Slice(elem) => format!("[{}]", self.ty(elem)),
            Ty::Vec(elem) => format!("Vec<{}>", self.ty(elem)),
            Ty::Tuple(items) => format!("({})", join(items, |t| self.ty(t))),
            Ty::Option(item) => format!("Option<{}>", self.ty(item)),
            Ty::Boxed(item) => format!("Box<{}>", self.ty(item)),
            Ty::Unknown => "_".into(),
        }
    }

    fn statements(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
        if region.diverges {
            self.line("diverge");
        }
    }

    fn block(&mut self, region: &Region) {
        self.depth += 1;
        self.statements(region);
        self.depth -= 1;
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let text = match stmt {
            Stmt::Branch(branch) => return self.branch(branch),
            Stmt::Loop(l) => return self.loop_(l),
            Stmt::Let { value, op } => format!("{} = {}", self.value(*value), self.op(op)),
            Stmt::Decl { mem, init: None } => self.mem(*mem),
            Stmt::Decl { mem, init: Some(init) } => format!("{} = {}", self.mem(*mem), self.init(init)),
            Stmt::Store { place, value } => format!("{} = {value:?}", self.place(place)),
            Stmt::Assign { place, init } => format!("{} = {}", self.place(place), self.init(init)),
            Stmt::Accumulate { place, from } => format!("{} += {}", self.place(place), self.operand(from)),
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Call(call) => self.call(call),
            Stmt::Opaque(opaque) => format!("do {}", self.opaque(opaque)),
            Stmt::Push { stack, items } => format!("push {stack:?} ({})", self.operands(items)),
            Stmt::Pop { stack, items } => self.pop(*stack, items),
            Stmt::Save { stack, place } => format!("save {stack:?} {}", self.place(place)),
            Stmt::Restore { stack, place } => format!("restore {stack:?} {}", self.place(place)),
            Stmt::Pullback(pullback) => self.pullback(pullback),
        };
        self.line(&text);
    }

    fn branch(&mut self, branch: &Branch) {
        let Branch { on, kind, arms, phis } = branch;
        let phis =
            if phis.is_empty() { String::new() } else { format!(" phi ({})", join(phis, |p| self.phi(p))) };
        match kind {
            BranchKind::If => self.line(&format!("if {on:?}{phis} {{")),
            BranchKind::Switch => self.line(&format!("switch {on:?}{phis} {{")),
        }
        for (i, arm) in arms.iter().enumerate() {
            match kind {
                BranchKind::If if i > 0 => self.line("} else {"),
                BranchKind::If => {}
                BranchKind::Switch if i > 0 => self.line(&format!("}} {i} {{")),
                BranchKind::Switch => self.line("0 {"),
            }
            self.block(arm);
        }
        self.line("}");
    }

    fn phi(&self, phi: &Phi) -> String {
        let inputs = phi.inputs.iter().map(|i| i.map_or("none".to_string(), |v| format!("{v:?}")));
        format!("{} = {}", self.value(phi.value), inputs.collect::<Vec<_>>().join(" | "))
    }

    fn loop_(&mut self, l: &Loop) {
        let Loop { range, header, carried, body, stop, blocks, span: _ } = l;
        let range = range.as_ref().map_or(String::new(), |r| self.range(r));
        let carry = match carried.as_slice() {
            [] => String::new(),
            all => format!(" carry ({})", join(all, |c| self.carried(c))),
        };
        let stop = stop.map_or(String::new(), |s| format!(" stop {s:?}"));
        let blocks = blocks.as_ref().map_or(String::new(), |b| {
            let of = |all: &[crate::ir::Masked]| {
                join(all, |m| format!("{:?}{}", m.mem, m.index.map_or(String::new(), |i| format!("[{i:?}]"))))
            };
            format!(" blocks of {} into {}", of(&b.reads), of(&b.writes))
        });
        self.line(&format!("loop{range}{carry}{stop}{blocks} {{"));
        if let Some((region, cond)) = header {
            self.depth += 1;
            self.line("while {");
            self.block(region);
            self.line(&format!("}} {cond:?}"));
            self.depth -= 1;
        }
        self.block(body);
        self.line("}");
    }

    fn range(&self, range: &Range) -> String {
        let Range { index, lo, hi, inclusive, adaptors } = range;
        let dots = if *inclusive { "..=" } else { ".." };
        let adaptors: String = adaptors
            .iter()
            .map(|a| match a {
                Adaptor::Rev => " rev".to_string(),
                Adaptor::StepBy(v) => format!(" step_by {v:?}"),
                Adaptor::Take(v) => format!(" take {v:?}"),
            })
            .collect();
        format!(" {} in {lo:?}{dots}{hi:?}{adaptors}", self.value(*index))
    }

    fn carried(&self, carried: &Carried) -> String {
        let Carried { phi, init, next, result } = carried;
        let init = init.map_or("none".to_string(), |v| format!("{v:?}"));
        format!("{} = {init} -> {next:?}, result {result:?}", self.value(*phi))
    }

    fn op(&self, op: &Op) -> String {
        match op {
            Op::Const(Const::Float(x)) => format!("const {x:?}"),
            Op::Const(Const::Int(n)) => format!("const {n}"),
            Op::Const(Const::Count(n)) => format!("const {n}"),
            Op::Const(Const::Bool(b)) => format!("const {b}"),
            Op::Const(Const::Literal(code)) => format!("const {}", self.code(*code)),
            Op::Apply { func, args } => format!("{}({})", func.name(), values(args)),
            Op::Operator { func, args, assigns } => {
                let assigns = if *assigns { "assigning " } else { "" };
                format!("operator {assigns}{}({})", func.name(), values(args))
            }
            Op::Cast { arg, to, code } => match to {
                Ty::Unknown => format!("{arg:?} as {}", self.code(*code)),
                known => format!("{arg:?} as {}", self.ty(known)),
            },
            Op::Load(place) => format!("load {}", self.place(place)),
            Op::Len(place) => format!("len {}", self.place(place)),
            Op::SumOf(place) => format!("sum {}", self.place(place)),
            Op::Dot(a, b) => format!("dot {} {}", self.place(a), self.place(b)),
            Op::Select { cond, then, els } => format!("select({cond:?}, {then:?}, {els:?})"),
            Op::Detach(v) => format!("detach({v:?})"),
            Op::Pure(opaque) => format!("pure {}", self.opaque(opaque)),
            Op::Once(opaque) => format!("once {}", self.opaque(opaque)),
            Op::Helper { name, args } => format!("{name}({})", values(args)),
        }
    }

    fn opaque(&self, opaque: &Opaque) -> String {
        let Opaque { code, reads, writes, diverges } = opaque;
        let reads = join(reads, |r| match r {
            Read::Value(v) => format!("{v:?}"),
            Read::Mem(m) => format!("{m:?}"),
        });
        let writes = match writes.as_slice() {
            [] => String::new(),
            all => format!(" writes {}", join(all, |m| format!("{m:?}"))),
        };
        let diverges = if *diverges { " diverges" } else { "" };
        format!("`{}`({reads}){writes}{diverges}", self.code(*code))
    }

    fn place(&self, place: &Place) -> String {
        let proj = place.proj.iter().map(|p| match p {
            Proj::Index(v) => format!("[{v:?}]"),
            Proj::Range { lo, hi } => format!("[{}..{}]", maybe(*lo), maybe(*hi)),
            Proj::Field(field) => format!(".{}", field_name(field)),
            Proj::Deref => ".*".into(),
            Proj::Payload { variant, field, arity: _ } => {
                format!(".<{}>.{}", self.code(*variant), field_name(field))
            }
        });
        format!("{:?}{}", place.mem, proj.collect::<String>())
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Value(v) => format!("{v:?}"),
            Operand::Mem(m) => format!("{m:?}"),
            Operand::Copy(place) => format!("copy {}", self.place(place)),
        }
    }

    fn operands(&self, items: &[Operand]) -> String {
        join(items, |i| self.operand(i))
    }

    fn init(&self, init: &Init) -> String {
        match init {
            Init::Array(items) => format!("[{}]", self.operands(items)),
            Init::Repeat { elem, len } => format!("[{}; {}]", self.operand(elem), self.code(*len)),
            Init::VecOf(items) => format!("vec![{}]", self.operands(items)),
            Init::VecRepeat { elem, len } => format!("vec![{}; {len:?}]", self.operand(elem)),
            Init::VecNew { capacity } => {
                format!("vec![] of {}", maybe(*capacity)).trim_end_matches(" of ").to_string()
            }
            Init::Tuple(items) => format!("({})", self.operands(items)),
            Init::Struct { path, fields, base } => {
                let fields = join(fields, |(name, i)| format!("{}: {}", field_name(name), self.operand(i)));
                let base = base.as_ref().map_or(String::new(), |b| format!(", ..{}", self.operand(b)));
                format!("{} {{ {fields}{base} }}", self.code(*path))
            }
            Init::Variant { path, args } => format!("{}({})", self.code(*path), self.operands(args)),
            Init::Boxed(operand) => format!("box {}", self.operand(operand)),
            Init::From(operand) => self.operand(operand),
            Init::ToVec(place) => format!("to_vec {}", self.place(place)),
            Init::Taken(place) => format!("taken {}", self.place(place)),
            Init::Opaque(opaque) => format!("once {}", self.opaque(opaque)),
            Init::ZeroOf(place) => format!("zero of {}", self.place(place)),
            Init::Row { of, start, len, mutable, apart: _ } => {
                let kind = if *mutable { "mut row" } else { "row" };
                format!("{kind} {}[{}; {}]", self.place(of), self.value(*start), self.value(*len))
            }
        }
    }

    fn bulk(&self, bulk: &Bulk) -> String {
        let place = |p: &Place| self.place(p);
        match bulk {
            Bulk::Fill { place: p, value } => format!("{}.fill({value:?})", place(p)),
            Bulk::CopyFrom { dst, src } => format!("{}.copy_from({})", place(dst), place(src)),
            Bulk::Swap { a, b } => format!("swap({}, {})", place(a), place(b)),
            Bulk::Reverse { place: p } => format!("{}.reverse()", place(p)),
            Bulk::RotateLeft { place: p, by } => format!("{}.rotate_left({by:?})", place(p)),
            Bulk::RotateRight { place: p, by } => format!("{}.rotate_right({by:?})", place(p)),
            Bulk::Push { place: p, item } => format!("{}.push({})", place(p), self.operand(item)),
            Bulk::Pop { place: p, last: None } => format!("{}.pop()", place(p)),
            Bulk::Pop { place: p, last: Some(last) } => format!("{}.pop({last:?})", place(p)),
            Bulk::Grow { place: p, len } => format!("{}.grow({len:?})", place(p)),
            Bulk::Truncate { place: p, len } => format!("{}.truncate({len:?})", place(p)),
            Bulk::AddAssign { dst, src } => format!("{} += {}", place(dst), place(src)),
            Bulk::Zero { place: p } => format!("{}.zero()", place(p)),
        }
    }

    fn call(&self, call: &Call) -> String {
        let Call { callee, args, result, role, span: _ } = call;
        let callee = match callee {
            Callee::Path(code) => self.code(*code),
            Callee::Method { name: _, text } => format!(".{text}"),
            Callee::Function(code) => format!("({})", self.code(*code)),
        };
        let result = match result {
            CallResult::None => None,
            CallResult::Value(v) => Some(self.value(*v)),
            CallResult::Mem(m) => Some(self.mem(*m)),
        };
        let (verb, pullback) = match role {
            CallRole::Primal => ("call", None),
            CallRole::Checked => ("checked", None),
            CallRole::Forward(v) => ("forward", Some(self.value(*v))),
            CallRole::Tangent => ("tangent", None),
        };
        let bound = join(result.into_iter().chain(pullback), |b| b);
        let equals = if bound.is_empty() { "" } else { " = " };
        format!("{bound}{equals}{verb} {callee}({})", join(args, |a| self.arg(a)))
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Value(v) => format!("{v:?}"),
            Arg::RefValue(v) => format!("&{v:?}"),
            Arg::Mem(operand) => self.operand(operand),
            Arg::Ref(place) => format!("&{}", self.place(place)),
            Arg::RefMut(place) => format!("&mut {}", self.place(place)),
            Arg::Receiver(place) => format!("self {}", self.place(place)),
            Arg::Opaque(opaque) => self.opaque(opaque),
            Arg::Closure(closure) => format!("{:?} {}", closure.lambda, self.place(&closure.env)),
        }
    }

    fn pop(&self, stack: StackId, items: &[Popped]) -> String {
        let items = join(items, |i| match i {
            Popped::Value(v) => self.value(*v),
            Popped::Mem(m) => self.mem(*m),
        });
        format!("({items}) = pop {stack:?}")
    }

    fn pullback(&self, call: &Pullback) -> String {
        let Pullback { pullback, args, seed, into, span: _ } = call;
        let into = join(into, |c| match c {
            Cotangent::Drop => "_".to_string(),
            Cotangent::Value(v) => self.value(*v),
            Cotangent::Place(place) => format!("+= {}", self.place(place)),
        });
        let seed = seed.as_ref().map_or(String::new(), |s| format!(" of {}", self.operand(s)));
        format!("({into}) = pullback {pullback:?}{seed} ({})", join(args, |a| self.arg(a)))
    }
}

fn field_name(field: &Field) -> String {
    match field {
        Field::Named(_, name) => name.clone(),
        Field::Index(i) => i.to_string(),
    }
}
