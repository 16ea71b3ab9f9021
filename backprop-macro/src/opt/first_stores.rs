//! The first contribution to an element of a local array of cotangents is stored: nothing is added to the zero that is there.
//!
//! ```text
//! m4 = zero of m1; m4[0] += v5; if v6 { m4[1] += v7 } ..   →   m4 = zero of m1; m4[0] = v5; if v6 { m4[1] = v7 } ..
//! ```
//! LLVM can't do it: `0.0 + x` is no `x` where `x` is a negative zero. (So a zero may have the other sign.) Elements have constant
//! indices; in a loop, for arrays that begin in the same iteration.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{Function, Init, MemId, Operand, Place, Proj, Region, Stmt, Ty, ValueId};

/// `buffers`: arrays that are zero before the first statement.
pub(super) fn first_stores(f: &mut Function, buffers: &[MemId]) {
    let constants = f.body.ints();
    let mut body = std::mem::take(&mut f.body);
    let walk = Walk { f, constants };
    let zeros = buffers.iter().filter(|m| walk.is_array(**m)).map(|m| (*m, HashSet::default())).collect();
    walk.region(&mut body, zeros);
    f.body = body;
}

/// Arrays that were zero, with the elements that may have been written since.
type Zeros = HashMap<MemId, HashSet<i64>>;

struct Walk<'f> {
    f: &'f Function,
    constants: HashMap<ValueId, i64>,
}

impl Walk<'_> {
    fn region(&self, r: &mut Region, mut zeros: Zeros) -> Zeros {
        for stmt in &mut r.stmts {
            self.stmt(stmt, &mut zeros);
        }
        zeros
    }

    fn stmt(&self, stmt: &mut Stmt, zeros: &mut Zeros) {
        if let Stmt::Decl { mem, init: Some(Init::ZeroOf(_)) } = stmt {
            if self.is_array(*mem) {
                zeros.insert(*mem, HashSet::default());
            }
            return;
        }
        if let Stmt::Accumulate { place, from: Operand::Value(value) } = stmt {
            if let Some((mem, k)) = self.element(place) {
                let first = zeros.get_mut(&mem).is_some_and(|written| written.insert(k));
                if first {
                    *stmt = Stmt::Store { place: place.clone(), value: *value };
                }
                return;
            }
        }
        match stmt {
            Stmt::Branch(branch) => {
                let ends: Vec<Zeros> =
                    branch.arms.iter_mut().map(|arm| self.region(arm, zeros.clone())).collect();
                zeros.retain(|mem, written| {
                    ends.iter().filter_map(|end| end.get(mem)).for_each(|end| written.extend(end));
                    ends.iter().all(|end| end.contains_key(mem))
                });
            }
            Stmt::Loop(l) => {
                zeros.retain(|mem, _| !l.body.deep().any(|s| s.written().contains(mem)));
                if let Some((header, _)) = &mut l.header {
                    self.region(header, Zeros::default());
                }
                self.region(&mut l.body, Zeros::default());
            }
            Stmt::Let { .. } => {}
            Stmt::Store { place, value: _ } => match self.element(place) {
                Some((mem, k)) => {
                    zeros.get_mut(&mem).into_iter().for_each(|written| {
                        written.insert(k);
                    });
                }
                None => {
                    zeros.remove(&place.mem);
                }
            },
            Stmt::Decl { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {
                let mentioned = Mentions::of(|m| stmt.visit_deep(m)).mems;
                zeros.retain(|mem, _| !mentioned.contains(mem));
            }
        }
    }

    /// `m[k]`, where `k` is a constant.
    fn element(&self, place: &Place) -> Option<(MemId, i64)> {
        match place.proj[..] {
            [Proj::Index(k)] => self.constants.get(&k).map(|k| (place.mem, *k)),
            _ => None,
        }
    }

    /// An array of cotangents of numbers.
    fn is_array(&self, mem: MemId) -> bool {
        let info = &self.f.mems[mem];
        matches!(&info.ty, Ty::Array(elem, _) if elem.is_float()) && info.shadow_of.is_some()
    }
}
