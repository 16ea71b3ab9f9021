//! Which values are square roots: zero, or not less than 2⁻⁵³⁷, so that their reciprocals are never infinite for want of range.
//!
//! ```text
//! v3 = sqrt(v2); push s0 (v3, ..); pop s0 (v9, ..)       v3, v9
//! ```

use crate::ir::dense::IdSet;
use crate::ir::hash::HashMap;
use crate::ir::{Function, Op, Operand, Popped, StackId, Stmt, ValueId};
use crate::rules::Func;

pub(super) fn find(f: &Function) -> IdSet<ValueId> {
    let mut roots = IdSet::default();
    for (value, op) in f.body.deep().filter_map(Stmt::computed) {
        if matches!(op, Op::Apply { func: Func::Sqrt, .. }) {
            roots.insert(value);
        }
    }
    // Per position on a stack: is a root all that is pushed there?
    let mut pushed: HashMap<(StackId, usize), bool> = HashMap::default();
    for stmt in f.body.deep() {
        if let Stmt::Push { stack, items } = stmt {
            for (k, item) in items.iter().enumerate() {
                let root = matches!(item, Operand::Value(v) if roots.contains(v));
                *pushed.entry((*stack, k)).or_insert(true) &= root;
            }
        }
    }
    for stmt in f.body.deep() {
        if let Stmt::Pop { stack, items } = stmt {
            for (k, item) in items.iter().enumerate() {
                if let (Popped::Value(v), Some(true)) = (item, pushed.get(&(*stack, k))) {
                    roots.insert(*v);
                }
            }
        }
    }
    roots
}
