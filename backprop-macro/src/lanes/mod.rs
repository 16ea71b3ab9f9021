//! Several sweeps in one: an adjoint for `K` seeds at once, a tangent program for `K` directions.
//!
//! A reverse sweep is linear in its cotangents, a forward sweep in its tangents. So the same statements serve `K` of
//! them if those values hold a number per lane: their types change, and nothing else.
//!
//! ```text
//! v4: f64 = mul(v2, v3)                 v4: lanes f64 = mul(v2, v3)        v2 is a cotangent, v3 of the primal
//! carry (v5 = v6 -> v7, ..)             v8 = splat(v6); carry (v5 = v8 -> v7, ..)
//! ```
//! What is not linear, or hides its types (pullbacks, structs, code carried along), has no lanes: then every seed goes
//! through a sweep of its own. Calls in forward mode have an entry point for several directions. It must never guess.

mod blocks;
mod find;
mod roots;
mod spread;
mod units;

use crate::adjoint::{Adjoint, Seed};
use crate::ir::dense::IdSet;
use crate::ir::ty::FloatTy;
use crate::ir::{Field, Function, MemId, Place, Proj, ResultOf, Ty, ValueId};
use crate::tangent::{Tangent, TangentInput};
pub use blocks::{blocks, Blocks};
use spread::Spread;

/// The values and objects that hold a number per lane.
#[derive(Debug, Default)]
struct Found {
    values: IdSet<ValueId>,
    mems: IdSet<MemId>,
    /// What calls returned, beside its tangents.
    pairs: IdSet<MemId>,
}

impl Found {
    /// Is there a number per lane?
    fn place(&self, place: &Place) -> bool {
        let second = place.proj.first() == Some(&Proj::Field(Field::Index(1)));
        self.mems.contains(&place.mem) || (second && self.pairs.contains(&place.mem))
    }
}

/// Several rows of a Jacobian at once; `None`: the cotangents flow where lanes can't. `all`: how many there are, where one sweep
/// takes all of them.
pub fn rows(adjoint: &Adjoint, all: Option<usize>) -> Option<Adjoint> {
    let mut start = Found::default();
    match adjoint.seed {
        Seed::None => return None,
        Seed::Value(v) => start.values.insert(v),
        Seed::Mem(m) => start.mems.insert(m),
    };
    let seeds = match (&adjoint.seed, all) {
        (Seed::Mem(m), Some(all)) => units::Seeds::new(&adjoint.f, *m, all),
        (Seed::Mem(_) | Seed::Value(_) | Seed::None, _) => None,
    };
    let spread = spread(&adjoint.f, start, Unseen::Refused, seeds)?;
    Some(Adjoint { f: spread.f, ..adjoint.clone() })
}

/// Several directions at once; `None`: the tangents flow where lanes can't.
pub fn directions(tangent: &Tangent) -> Option<Tangent> {
    in_lanes(tangent).map(|(lanes, _)| lanes)
}

fn in_lanes(tangent: &Tangent) -> Option<(Tangent, Found)> {
    let mut start = Found::default();
    for input in &tangent.inputs {
        match input {
            TangentInput::None => {}
            TangentInput::Value(v) => {
                start.values.insert(*v);
            }
            TangentInput::Mem(m) => {
                start.mems.insert(*m);
            }
        }
    }
    let mut spread = spread(&tangent.f, start, Unseen::Carried, None)?;
    let output = match &tangent.output {
        ResultOf::Unit => ResultOf::Unit,
        ResultOf::Value(v) if spread.f.body.diverges => ResultOf::Value(*v),
        ResultOf::Value(v) => ResultOf::Value(spread.at_end(*v)?),
        ResultOf::Mem(m) => {
            if !spread.found.mems.contains(m) {
                return None;
            }
            ResultOf::Mem(*m)
        }
    };
    Some((Tangent { f: spread.f, output, ..tangent.clone() }, spread.found))
}

/// What happens to tangents whose type the macro can't see: what a call returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unseen {
    Refused,
    /// They are carried along, and taken apart by index alone.
    Carried,
}

fn spread(f: &Function, mut start: Found, unseen: Unseen, seeds: Option<units::Seeds>) -> Option<Spread> {
    for m in f.mems.ids().filter(|m| f.mems[*m].shadow_of.is_some() && !f.mems[*m].ty.is_passive()) {
        start.mems.insert(m);
    }
    spread::spread(f, find::find(f, start), unseen, seeds)
}

/// The type with lanes in the place of floats; `None`: its floats can't be seen.
fn widened(ty: &Ty) -> Option<Ty> {
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
        Ty::Boxed(inner) => Ty::Boxed(boxed(inner)?),
        Ty::Adt(..) | Ty::Unknown => return None,
    })
}
