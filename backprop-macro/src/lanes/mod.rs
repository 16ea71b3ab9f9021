//! Several sweeps in one: an adjoint for `K` seeds at once, a tangent program for `K` directions.
//!
//! A reverse sweep is linear in its cotangents, a forward sweep in its tangents. So the same statements serve `K` of
//! them if those values hold a number per lane: their types change, and nothing else.
//!
//! ```text
//! v4: f64 = mul(v2, v3)                 v4: lanes f64 = mul(v2, v3)        v2 is a cotangent, v3 of the primal
//! carry (v5 = v6 -> v7, ..)             v8 = splat(v6); carry (v5 = v8 -> v7, ..)
//! ```
//! What is not linear, or hides its types (calls, structs, code carried along), has no lanes: then every seed goes
//! through a sweep of its own. It must never guess.

mod find;
mod spread;

use crate::ir::dense::IdSet;
use crate::ir::ty::FloatTy;
use crate::ir::{Function, MemId, Ty, ValueId};

/// The values and objects that hold a number per lane.
#[derive(Debug, Default)]
struct Found {
    values: IdSet<ValueId>,
    mems: IdSet<MemId>,
}

/// The function with lanes where the given values and objects flow; `None`: they flow where lanes can't.
pub fn spread(f: &Function, values: &[ValueId], mems: &[MemId]) -> Option<Function> {
    let mut start = Found { values: values.iter().copied().collect(), mems: mems.iter().copied().collect() };
    start.mems.extend(f.mems.ids().filter(|m| f.mems[*m].shadow_of.is_some() && !f.mems[*m].ty.is_passive()));
    let found = find::find(f, start);
    spread::spread(f, &found)
}

/// The type with lanes in the place of floats; `None`: its floats can't be seen.
pub fn widened(ty: &Ty) -> Option<Ty> {
    let boxed = |ty: &Ty| widened(ty).map(Box::new);
    Some(match ty {
        Ty::Float(FloatTy::Lanes(_)) => return None,
        Ty::Float(float) => Ty::Float(FloatTy::Lanes(Box::new(float.clone()))),
        Ty::Int | Ty::Bool | Ty::Passive(_) => ty.clone(),
        Ty::Array(elem, len) => Ty::Array(boxed(elem)?, len.clone()),
        Ty::Slice(elem) => Ty::Slice(boxed(elem)?),
        Ty::Vec(elem) => Ty::Vec(boxed(elem)?),
        Ty::Tuple(items) => Ty::Tuple(items.iter().map(widened).collect::<Option<_>>()?),
        Ty::Option(inner) => Ty::Option(boxed(inner)?),
        Ty::Adt(_) | Ty::Unknown => return None,
    })
}
