//! A linear map that is the same in all iterations is applied once, to the sum of what it is applied to.
//!
//! ```text
//! loop p { d_o[..] += ..; loop i { loop j { d_y[i] += d_o[j] * l[i, j] } }; loop i { d_m[i] -= d_y[i]; d_y[i] = 0; d_o[i] = 0 } }
//!   →
//! loop p { d_o[..] += ..; s[..] += d_o[..]; loop i { d_o[i] = 0 }
//!          if p is the last { loop i { loop j { d_y[i] += s[j] * l[i, j] } }; loop i { d_m[i] -= d_y[i]; d_y[i] = 0 } } }
//! ```
//! `d_o` is the cut: behind it, only the loop's invariants are multiplied to it, on its way to what outlives the loop.
//! The sum has a place for each iteration of the loops between `p` and the cut. The map must be worth it: a nest of
//! loops. Sums of the primal are not touched; those of the gradient are formed in another order.

mod behind;
mod find;
mod rewrite;
mod uses;

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::ArrayLen;
use crate::ir::{Const, Function, Init, MemId, Op, Range, Region, Stmt, Ty, ValueId};

/// Where the map is, and what it writes.
struct Map {
    /// The loops from the body of the outer one to the cut, as positions of statements.
    path: Vec<usize>,
    /// The object that the map reads, complete before this statement of the innermost of them.
    cut: MemId,
    at: usize,
    /// What the map adds to.
    moved: HashSet<MemId>,
    /// What of that it reads again, and leaves as zeros.
    scratch: HashSet<MemId>,
    /// Values that the map computes, and indices and bounds that it needs.
    needed: HashSet<ValueId>,
}

/// What is known of the whole function.
#[derive(Default)]
struct Context {
    zeros: HashSet<ValueId>,
    ints: HashMap<ValueId, i64>,
    /// Lengths of vectors of equal elements, and of their shadows.
    lengths: HashMap<MemId, ValueId>,
    /// Objects that are exchanged or change their length somewhere.
    changed: HashSet<MemId>,
}

impl Context {
    fn region(&mut self, region: &Region) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Let { value, op: Op::Const(Const::Float(x)) } if *x == 0.0 => {
                    self.zeros.insert(*value);
                }
                Stmt::Let { .. } => self.ints.extend(stmt.int()),
                Stmt::Decl { mem, init: Some(Init::VecRepeat { elem: _, len }) } => {
                    self.lengths.insert(*mem, *len);
                }
                Stmt::Decl { mem, init: Some(Init::ZeroOf(of)) } if of.proj.is_empty() => {
                    if let Some(len) = self.lengths.get(&of.mem).copied() {
                        self.lengths.insert(*mem, len);
                    }
                }
                // Element by element.
                Stmt::Store { .. } | Stmt::Accumulate { .. } | Stmt::Restore { .. } | Stmt::Decl { .. } => {}
                Stmt::Assign { .. }
                | Stmt::Bulk(_)
                | Stmt::Branch(_)
                | Stmt::Loop(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Pop { .. }
                | Stmt::Save { .. }
                | Stmt::Pullback(_) => self.changed.extend(stmt.written()),
            }
            stmt.regions().into_iter().for_each(|r| self.region(r));
        }
    }

    /// Does the range begin at the first element of the object, and end at its last?
    fn covers(&self, f: &Function, range: &Range, mem: MemId) -> bool {
        let primal = f.mems[mem].shadow_of;
        let steady = !self.changed.contains(&mem) && primal.is_some_and(|m| !self.changed.contains(&m));
        let whole = match &f.mems[mem].ty {
            Ty::Array(_, ArrayLen::Known(n)) => self.ints.get(&range.hi).copied() == i64::try_from(*n).ok(),
            Ty::Vec(_) => self.lengths.get(&mem) == Some(&range.hi),
            Ty::Array(_, ArrayLen::Code(_))
            | Ty::Float(_)
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Slice(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => false,
        };
        steady && whole && !range.inclusive && self.ints.get(&range.lo) == Some(&0)
    }
}

/// In all loops, the outer ones first.
pub(super) fn apply_once(f: &mut Function, split: &mut usize) {
    let mut context = Context::default();
    context.region(&f.body);
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off((*split).min(stmts.len()));
    let first = walk(f, &context, stmts, false);
    *split = first.len();
    let second = walk(f, &context, second, false);
    f.body.stmts = first.into_iter().chain(second).collect();
}

/// Within a loop (`nested`), there is no allocation for a sum.
fn walk(f: &mut Function, context: &Context, stmts: Vec<Stmt>, nested: bool) -> Vec<Stmt> {
    let mut out = Vec::with_capacity(stmts.len());
    for mut stmt in stmts {
        if let Stmt::Loop(l) = &mut stmt {
            if let Some(map) = find::find(f, context, l, nested) {
                rewrite::rewrite(f, l, &map, &mut out);
                out.push(stmt);
                continue;
            }
        }
        let nested = nested || matches!(stmt, Stmt::Loop(_));
        for inner in stmt.regions_mut() {
            inner.stmts = walk(f, context, std::mem::take(&mut inner.stmts), nested);
        }
        out.push(stmt);
    }
    out
}
