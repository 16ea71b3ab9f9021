//! Operators on what may be of a type of the user's: neither the operands nor the result are known to be numbers.
//!
//! ```text
//! v2 = load m0.pos; v3 = load m1.pos
//! v4 = sub(v2, v3)                       →   v4 = operator sub(v2, v3)
//! v5: f64 = mul(v6, v7)                      v5: f64 = operator mul(v6, v7)      a product of vectors, perhaps
//! ```
//! What a sum with a float, a comparison with one, or a method of floats tells is used, so that in code on floats few
//! operators are left over. It must never take something for a number that rustc would compile as something else.

use crate::ir::hash::HashSet;
use crate::ir::{Function, Op, Region, Stmt, Ty, ValueId};
use crate::rules::{Form, Func};

/// Marks those operators.
pub fn mark(f: &mut Function) {
    let mut numbers = Numbers { f, known: HashSet::default(), changed: true };
    while numbers.changed {
        numbers.changed = false;
        numbers.region(&f.body);
    }
    let known = numbers.known;
    let mut body = std::mem::take(&mut f.body);
    let open = |v: ValueId| matches!(f.values[v].ty, Ty::Unknown | Ty::Adt(..)) && !known.contains(&v);
    rewrite(&mut body, &|value, func, args| {
        let result_is_number = matches!(f.values[value].ty, Ty::Int | Ty::Bool | Ty::Passive(_));
        !result_is_number && is_arithmetic(func) && args.iter().any(|a| open(*a))
    });
    f.body = body;
}

/// The operators that types of the user's can have.
fn is_arithmetic(func: Func) -> bool {
    matches!(func, Func::Add | Func::Sub | Func::Mul | Func::Div | Func::Rem | Func::Neg)
}

fn rewrite(region: &mut Region, open: &dyn Fn(ValueId, Func, &[ValueId]) -> bool) {
    for stmt in &mut region.stmts {
        if let Stmt::Let { value, op } = stmt {
            if let Op::Apply { func, args } | Op::Operator { func, args, assigns: _ } = &*op {
                let (func, args) = (*func, args.clone());
                match (open(*value, func, &args), &*op) {
                    (true, Op::Apply { .. }) => *op = Op::Operator { func, args, assigns: false },
                    (false, _) => *op = Op::Apply { func, args },
                    // It was found to be one before.
                    (true, _) => {}
                }
            }
        }
        stmt.regions_mut().into_iter().for_each(|r| rewrite(r, open));
    }
}

/// Values that are numbers, though their types may not be known.
struct Numbers<'f> {
    f: &'f Function,
    known: HashSet<ValueId>,
    changed: bool,
}

impl Numbers<'_> {
    fn is(&self, value: ValueId) -> bool {
        matches!(self.f.values[value].ty, Ty::Float(_) | Ty::Int | Ty::Bool) || self.known.contains(&value)
    }

    fn learn(&mut self, value: ValueId) {
        if !self.is(value) {
            self.known.insert(value);
            self.changed = true;
        }
    }

    /// If one is a number, all are.
    fn alike(&mut self, values: impl Iterator<Item = ValueId> + Clone) {
        if values.clone().any(|v| self.is(v)) {
            values.for_each(|v| self.learn(v));
        }
    }

    fn region(&mut self, region: &Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let { value, op } => self.op(*value, op),
                Stmt::Branch(branch) => {
                    for phi in &branch.phis {
                        self.alike(phi.inputs.iter().flatten().copied().chain([phi.value]));
                    }
                }
                Stmt::Loop(l) => {
                    for c in &l.carried {
                        self.alike([c.phi, c.next, c.result].into_iter().chain(c.init));
                    }
                }
                Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Pop { .. }
                | Stmt::Save { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => {}
            }
            stmt.regions().into_iter().for_each(|r| self.region(r));
        }
    }

    fn op(&mut self, value: ValueId, op: &Op) {
        match op {
            Op::Apply { func, args } | Op::Operator { func, args, .. } => self.apply(*func, args, value),
            Op::Select { cond: _, then, els } => self.alike([value, *then, *els].into_iter()),
            Op::Detach(arg) => self.alike([value, *arg].into_iter()),
            // What is cast may be an integer, whose operators the runtime finds as well.
            Op::Cast { .. }
            | Op::Const(_)
            | Op::Load(_)
            | Op::Len(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => {}
        }
    }

    fn apply(&mut self, func: Func, args: &[ValueId], value: ValueId) {
        match (func, args) {
            (Func::Mul | Func::Div, [a, b]) => {
                for (x, y, z) in [(*a, *b, value), (*a, value, *b), (*b, value, *a)] {
                    if self.is(x) && self.is(y) {
                        self.learn(z);
                    }
                }
            }
            (Func::Add | Func::Sub | Func::Rem | Func::Neg, _) => {
                self.alike(args.iter().copied().chain([value]));
            }
            _ if func.form() == Form::Method => args.iter().for_each(|a| self.learn(*a)),
            _ if func.is_predicate() => self.alike(args.iter().copied()),
            _ => {}
        }
        if func.form() == Form::Method {
            self.learn(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::mark;
    use crate::analysis::types::propagate;
    use crate::ir::print::print;
    use crate::ir::verify::parse::parse;

    fn marked(text: &str) -> Vec<String> {
        let mut f = parse(text);
        propagate(&mut f);
        mark(&mut f);
        let text = print(&f, None);
        text.lines().filter_map(|l| l.split_once("operator ").map(|(_, op)| op.to_owned())).collect()
    }

    #[test]
    fn what_may_be_a_vector() {
        let text = "fn(m0: _, v0: f64) {
            v1 = load m0.a
            v2 = load m0.b
            v3 = sub(v1, v2)
            v4 = mul(v3, v0)
            v5: f64 = mul(v4, v4)
            return v5
        }";
        assert_eq!(marked(text), ["sub(v1, v2)", "mul(v3, v0)", "mul(v4, v4)"]);
    }

    #[test]
    fn what_a_float_tells() {
        let text = "fn(m0: _, v0: f64) {
            v1 = load m0.a
            v2 = load m0.b
            v3 = sub(v1, v2)
            v4 = mul(v3, v0)
            v5 = add(v4, v0)
            v6 = load m0.c
            v7 = neg(v6)
            v8 = sin(v7)
            v9 = mul(v8, v5)
            return v9
        }";
        assert!(marked(text).is_empty(), "{:?}", marked(text));
    }
}
