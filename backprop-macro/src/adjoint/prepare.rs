//! Makes explicit what reverse mode may need: the old value before each store, the number of iterations of each loop
//! that a range alone does not tell, and a local copy of every `&mut` buffer that a pullback would have to read.
//!
//! ```text
//! store a[i] = v            →  o = load a[i]; store a[i] = v
//! loop carry (..) stop s    →  loop carry (.., n = 0 -> n + 1, result trips) stop s
//! ```
//! What the plan does not ask for is dropped again; nothing here costs anything by itself.

use crate::analysis::types::place_ty;
use crate::ir::build::Builder;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Access, Bulk, Carried, Const, Function, Init, Loop, MemId, MemInfo, Op, Operand, ParamKind, Place, Proj,
    Region, SpanId, Stmt, Ty, ValueId, ValueInfo,
};
use crate::rules::Func;

/// The function with the additions, and where they are.
pub struct Prepared {
    pub f: Function,
    /// Values that exist only to be put back by an undo.
    pub old: HashSet<ValueId>,
    /// Phi of the trip counter → its value after the loop.
    pub trips: HashMap<ValueId, ValueId>,
    /// `&mut` parameters with a local copy: out of sight in the pullback, so nothing there is undone.
    pub outer: HashSet<MemId>,
    /// Values of a loop that are computed before it as well → what is computed there.
    pub hoisted: HashMap<ValueId, ValueId>,
}

/// Prepares a copy of `f`, in which these parameters are copied first.
pub fn prepare(f: &Function, copied: &HashSet<MemId>) -> Prepared {
    let mut prepared = Prepared {
        f: f.clone(),
        old: HashSet::default(),
        trips: HashMap::default(),
        outer: HashSet::default(),
        hoisted: HashMap::default(),
    };
    prepared.outer = copy_in(&mut prepared.f, copied);
    let body = std::mem::take(&mut prepared.f.body);
    prepared.f.body = prepared.region(body);
    prepared
}

impl Prepared {
    fn region(&mut self, region: Region) -> Region {
        let mut out: Vec<Stmt> = Vec::with_capacity(region.stmts.len());
        for mut stmt in region.stmts {
            for inner in stmt.regions_mut() {
                let taken = std::mem::take(inner);
                *inner = self.region(taken);
            }
            match &mut stmt {
                Stmt::Store { place, value: _ } => self.old_value(place, &mut out),
                Stmt::Bulk(Bulk::Pop { place, last: Some(last) }) => {
                    let last = place.with(Proj::Index(*last));
                    if held_as_value(&place_ty(&self.f, &last)) {
                        self.old_value(&last, &mut out);
                    }
                }
                Stmt::Bulk(Bulk::Truncate { place, len: _ }) => self.old_len(place, &mut out),
                Stmt::Loop(l) => {
                    self.count_trips(l, &mut out);
                    self.hoist(l, &mut out);
                }
                Stmt::Let { .. }
                | Stmt::Decl { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Branch(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Save { .. }
                | Stmt::Pop { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => {}
            }
            out.push(stmt);
        }
        Region { stmts: out, diverges: region.diverges }
    }

    /// Loads the old value before a store, unless it has just been loaded.
    fn old_value(&mut self, place: &Place, out: &mut Vec<Stmt>) {
        if self.f.mems[place.mem].ty.is_scalar() && place.proj.is_empty() && !self.declared(place.mem) {
            return;
        }
        if loaded(out, place).is_none() {
            let span = self.f.mems[place.mem].span;
            let ty = place_ty(&self.f, place);
            let value = self.f.values.push(ValueInfo::new(ty, None, span));
            self.old.insert(value);
            out.push(Stmt::Let { value, op: Op::Load(place.clone()) });
        }
    }

    /// Measures a vector before it is cut, unless that has just been done.
    fn old_len(&mut self, place: &Place, out: &mut Vec<Stmt>) {
        if measured(out, place).is_none() {
            let span = self.f.mems[place.mem].span;
            let value = self.f.values.push(ValueInfo::new(Ty::Int, None, span));
            self.old.insert(value);
            out.push(Stmt::Let { value, op: Op::Len(place.clone()) });
        }
    }

    /// An object that is assigned before its first use only (`let a;`) has no old value.
    fn declared(&self, mem: MemId) -> bool {
        self.f.params.iter().any(|p| p.kind == ParamKind::Mem(mem)) || !deferred(&self.f.body, mem)
    }

    fn count_trips(&mut self, l: &mut Loop, out: &mut Vec<Stmt>) {
        if l.range.is_some() && l.stop.is_none() {
            return;
        }
        let span = l.span;
        let mut fresh = || self.f.values.push(ValueInfo::new(Ty::Int, None, span));
        let (init, phi, one, next, result) = (fresh(), fresh(), fresh(), fresh(), fresh());
        out.push(Stmt::Let { value: init, op: Op::Const(Const::Count(0)) });
        l.body.stmts.push(Stmt::Let { value: one, op: Op::Const(Const::Int(1)) });
        let op = Op::Apply { func: Func::Add, args: vec![phi, one] };
        l.body.stmts.push(Stmt::Let { value: next, op });
        l.carried.push(Carried { phi, init: Some(init), next, result });
        self.trips.insert(phi, result);
    }
}

/// Elements that are loaded as values, not copied as objects.
pub fn held_as_value(elem: &Ty) -> bool {
    elem.is_scalar() || *elem == Ty::Unknown
}

/// The value that the last statements loaded from exactly this place, if nothing has written there since.
pub fn loaded(stmts: &[Stmt], place: &Place) -> Option<ValueId> {
    computed(stmts, place.mem, &Op::Load(place.clone()))
}

/// The length of a vector, in the same way.
pub fn measured(stmts: &[Stmt], place: &Place) -> Option<ValueId> {
    computed(stmts, place.mem, &Op::Len(place.clone()))
}

fn computed(stmts: &[Stmt], mem: MemId, wanted: &Op) -> Option<ValueId> {
    for stmt in stmts.iter().rev() {
        match stmt.computed() {
            Some((value, op)) if op == wanted => return Some(value),
            Some(_) | None if stmt.writes_deep(mem) => return None,
            Some(_) | None => {}
        }
    }
    None
}

/// Is the object declared without a value (`let a;`)?
pub fn deferred(region: &Region, mem: MemId) -> bool {
    region.deep().any(|s| matches!(s, Stmt::Decl { mem: m, init: None } if *m == mem))
}

/// A `&mut` parameter that the pullback looks at becomes a local object: copied in at the start, copied out at the end.
fn copy_in(f: &mut Function, copied: &HashSet<MemId>) -> HashSet<MemId> {
    let mut outers = HashSet::default();
    for index in 0..f.params.len() {
        let ParamKind::Mem(param) = f.params[index].kind else { continue };
        if !copied.contains(&param) {
            continue;
        }
        let info = f.mems[param].clone();
        let span = info.span;
        let ty = match &info.ty {
            Ty::Slice(elem) => Ty::Vec(elem.clone()),
            other => other.clone(),
        };
        // The local takes over the old id's uses; the parameter gets a new id.
        let outer = f.mems.push(MemInfo { ..info });
        f.mems[param] = MemInfo { ty, access: Access::Owned, name: None, span, shadow_of: None };
        f.params[index].kind = ParamKind::Mem(outer);
        outers.insert(outer);
        let init = match f.mems[outer].ty {
            Ty::Slice(_) => Init::ToVec(Place::whole(outer)),
            _ => Init::From(Operand::Copy(Place::whole(outer))),
        };
        f.body.stmts.insert(0, Stmt::Decl { mem: param, init: Some(init) });
        let back = copy_back(f, outer, param, span);
        f.body.stmts.extend(back);
    }
    outers
}

fn copy_back(f: &mut Function, outer: MemId, local: MemId, span: SpanId) -> Vec<Stmt> {
    let (dst, src) = (Place::whole(outer), Place::whole(local));
    match f.mems[outer].ty.clone() {
        Ty::Slice(_) => vec![Stmt::Bulk(Bulk::CopyFrom { dst, src })],
        ty if ty.is_scalar() => {
            let mut b = Builder { f, out: Vec::new() };
            let value = b.let_(Op::Load(src), ty, span);
            b.out.push(Stmt::Store { place: dst, value });
            b.out
        }
        _ => vec![Stmt::Assign { place: dst, init: Init::From(Operand::Copy(src)) }],
    }
}
