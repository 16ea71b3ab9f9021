//! Integers that are surely `usize`: lengths, indices of slices, and what is computed from them or with them.

use crate::analysis::types::place_ty;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::walk::Control;
use crate::ir::{Function, Init, Op, Place, Proj, Stmt, Ty, ValueId};
use crate::rules::Func;

pub(super) fn find(f: &Function) -> HashSet<ValueId> {
    let mut sizes = Sizes { f, alike: HashMap::default(), todo: Vec::new() };
    f.body.deep().for_each(|s| sizes.stmt(s));
    let Sizes { f: _, alike, mut todo } = sizes;
    let mut all = HashSet::default();
    while let Some(value) = todo.pop() {
        if all.insert(value) {
            todo.extend(alike.get(&value).into_iter().flatten().copied());
        }
    }
    all
}

fn is_arithmetic(func: Func) -> bool {
    matches!(func, Func::Add | Func::Sub | Func::Mul | Func::Div | Func::Rem)
}

struct Sizes<'f> {
    f: &'f Function,
    /// Values of one type. Constants are of any.
    alike: HashMap<ValueId, Vec<ValueId>>,
    todo: Vec<ValueId>,
}

impl Sizes<'_> {
    fn stmt(&mut self, stmt: &Stmt) {
        if let Some(element) = stmt.element() {
            self.place(element.place);
        }
        if let Stmt::Decl { init: Some(Init::VecRepeat { len, .. }), .. } = stmt {
            self.todo.push(*len);
        }
        if let Some((value, op)) = stmt.computed() {
            self.op(value, op);
        }
        match stmt.control() {
            Some(Control::Branch(branch)) => {
                for phi in &branch.phis {
                    phi.inputs.iter().flatten().for_each(|input| self.same(*input, phi.value));
                }
            }
            Some(Control::Loop(l)) => {
                if let Some(range) = &l.range {
                    self.same(range.lo, range.index);
                    self.same(range.hi, range.index);
                }
                for c in &l.carried {
                    c.init.iter().for_each(|init| self.same(*init, c.phi));
                    self.same(c.next, c.phi);
                    self.same(c.result, c.phi);
                }
            }
            None => {}
        }
    }

    fn op(&mut self, value: ValueId, op: &Op) {
        let int = |v: ValueId| self.f.values[v].ty == Ty::Int;
        match op {
            Op::Len(_) => self.todo.push(value),
            Op::Apply { func, args }
                if is_arithmetic(*func) && int(value) && args.iter().all(|a| int(*a)) =>
            {
                args.iter().for_each(|arg| self.same(*arg, value));
            }
            Op::Helper { name: "induct" | "deduct", args } => {
                args[..1].iter().for_each(|a| self.same(*a, value))
            }
            Op::Apply { .. }
            | Op::Helper { .. }
            | Op::Const(_)
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Load(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::SumOf(_)
            | Op::Dot(..) => {}
        }
    }

    fn place(&mut self, place: &Place) {
        for (depth, proj) in place.proj.iter().enumerate() {
            let Proj::Index(index) = proj else { continue };
            let of = Place { mem: place.mem, proj: place.proj[..depth].to_vec() };
            if let Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) = place_ty(self.f, &of) {
                self.todo.push(*index);
            }
        }
    }

    fn same(&mut self, a: ValueId, b: ValueId) {
        self.alike.entry(a).or_default().push(b);
        self.alike.entry(b).or_default().push(a);
    }
}
