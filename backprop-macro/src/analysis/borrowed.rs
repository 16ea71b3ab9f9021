//! What may hold a reference into an object of the function: no pullback can take that along.
//!
//! ```text
//! m1 = once `h.next.as_deref()`(m0); v1 = pure `matches!(..)`(m1)     v1 is kept, and not m1
//! ```

use crate::ir::hash::HashSet;
use crate::ir::{
    Access, Function, Init, MemId, Op, Opaque, Operand, ParamKind, Place, Read, Stmt, Ty, ValueId,
};

/// Constants that carried code has made from local objects, and copies of their parts.
pub(super) fn borrowed(f: &Function) -> HashSet<MemId> {
    let params = f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Mem(m) => Some(m),
        ParamKind::Value(_) => None,
    });
    let mut search =
        Search { f, params: params.collect(), values: HashSet::default(), mems: HashSet::default() };
    for stmt in f.body.deep() {
        if let Some((value, Op::Once(opaque) | Op::Pure(opaque))) = stmt.computed() {
            let number = matches!(f.values[value].ty, Ty::Int | Ty::Bool | Ty::Float(_));
            if !number && search.looks_at_local(opaque) {
                search.values.insert(value);
            }
        }
        if let Stmt::Decl { mem, init: Some(Init::From(from)) }
        | Stmt::Assign { place: Place { mem, proj: _ }, init: Init::From(from) } = stmt
        {
            if search.holds(from) {
                search.mems.insert(*mem);
            }
        }
    }
    search.mems
}

struct Search<'f> {
    f: &'f Function,
    params: HashSet<MemId>,
    values: HashSet<ValueId>,
    mems: HashSet<MemId>,
}

impl Search<'_> {
    fn looks_at_local(&self, opaque: &Opaque) -> bool {
        let local = |m: &MemId| self.f.mems[*m].access == Access::Owned && !self.params.contains(m);
        opaque.reads.iter().any(|read| match read {
            Read::Mem(m) => local(m) || self.mems.contains(m),
            Read::Value(v) => self.values.contains(v),
        })
    }

    fn holds(&self, from: &Operand) -> bool {
        match from {
            Operand::Value(v) => self.values.contains(v),
            Operand::Mem(m) => self.mems.contains(m),
            Operand::Copy(place) => self.mems.contains(&place.mem),
        }
    }
}
