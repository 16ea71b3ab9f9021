//! What the reverse half can read from a parameter is not kept beside it.
//!
//! ```text
//! v0 = load m0.x; .. | m9 = zero of m0; v7 = mul(v6, v0)   →   .. | v8 = load m0.x; m9 = zero of m0; v7 = mul(v6, v8)
//! ```
//! A parameter by reference is handed to the pullback again, one by value that the reverse half mentions is captured as a
//! whole: a caller in a loop keeps each number of it once.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{Access, Const, Function, MemId, Op, ParamKind, Place, Proj, Stmt, ValueId};

/// In the statements behind the first `split`.
pub fn read_again(f: &mut Function, split: usize) {
    let mut forward = std::mem::take(&mut f.body.stmts);
    let mut reverse = forward.split_off(split.min(forward.len()));
    let mentioned = mentions(&reverse);
    let there = readable(f, &forward, &reverse, &mentioned.mems.into_iter().collect());
    let wanted: HashSet<ValueId> = mentioned.values.into_iter().collect();
    let constants: HashSet<ValueId> = forward.iter().filter_map(constant).collect();
    let mut loads: Vec<(&Place, ValueId)> = Vec::new();
    let mut names: HashMap<ValueId, ValueId> = HashMap::default();
    for (value, op) in forward.iter().filter_map(Stmt::computed) {
        let Op::Load(place) = op else { continue };
        if wanted.contains(&value) && there.contains(&place.mem) && is_direct(place, &constants) {
            let known = loads.iter().find(|(of, _)| *of == place).map(|(_, name)| *name);
            let name = known.unwrap_or_else(|| {
                let name = f.fresh_like(value);
                loads.push((place, name));
                name
            });
            names.insert(value, name);
        }
    }
    let again =
        loads.iter().map(|(place, value)| Stmt::Let { value: *value, op: Op::Load((*place).clone()) });
    let again: Vec<Stmt> = again.collect();
    let mut rename = |v| names.get(&v).copied().unwrap_or(v);
    reverse.iter_mut().for_each(|stmt| stmt.rename(&mut rename));
    f.body.stmts = forward.into_iter().chain(again).chain(reverse).collect();
}

fn mentions(stmts: &[Stmt]) -> Mentions {
    Mentions::of(|m| stmts.iter().for_each(|s| s.visit_deep(m)))
}

/// Parameters that hold in the reverse half what they held in the forward half, and are at hand there.
fn readable(f: &Function, forward: &[Stmt], reverse: &[Stmt], mentioned: &HashSet<MemId>) -> HashSet<MemId> {
    let all = forward.iter().chain(reverse).flat_map(Stmt::deep);
    let written: HashSet<MemId> = all.flat_map(Stmt::written).collect();
    let params = f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Mem(m) => Some(m),
        ParamKind::Value(_) => None,
    });
    params
        .filter(|m| !written.contains(m))
        .filter(|m| match f.mems[*m].access {
            Access::Ref => true,
            Access::Owned => mentioned.contains(m),
            Access::RefMut => false,
        })
        .collect()
}

fn constant(stmt: &Stmt) -> Option<ValueId> {
    match stmt.computed()? {
        (value, Op::Const(Const::Int(_))) => Some(value),
        _ => None,
    }
}

/// Fields, and elements with a fixed index.
fn is_direct(place: &Place, constants: &HashSet<ValueId>) -> bool {
    place.proj.iter().all(|proj| match proj {
        Proj::Field(_) => true,
        Proj::Index(i) => constants.contains(i),
        Proj::Deref | Proj::Range { .. } | Proj::Payload { .. } => false,
    })
}
