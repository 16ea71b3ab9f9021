//! What a function overwrites of what it gets by `&mut` before it looks at it, and the calls that may count on that.
//!
//! ```text
//! fn g(d: usize, x: &[f64], out: &mut [f64]) { for i in 0..d { out[i] = x[i] } .. }     all of `out`, if `d` is not less
//! let mut t = vec![0.0; n]; for p in .. { g(n, a, &mut t); .. }                         `t` belongs to the body of the loop
//! ```
//! A caller does not see the callee: the claim is a constant function of the companion, and a caller whose gradient is better
//! for it has a second core, which runs where the claims hold. rustc decides.

use super::poly::{Bounds, Poly, Polys};
use super::private;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{
    Access, Arg, Bulk, Call, Callee, CodeId, Function, Init, MemId, Op, ParamKind, Place, Proj, Stmt, Ty,
    ValueId,
};

/// A parameter that is overwritten, all of it, if these parameters are not less than its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub param: usize,
    /// One bit per parameter: its value.
    pub values: u64,
    /// The same: its length.
    pub lens: u64,
}

/// Parameters beyond are not looked at.
const MOST: usize = 64;

fn bit(k: usize) -> u64 {
    if k < MOST {
        1 << k
    } else {
        0
    }
}

/// What the function itself claims.
pub fn claims(f: &Function) -> Vec<Claim> {
    let params = f.params.iter().enumerate().take(MOST);
    let lent = params.filter_map(|(param, p)| match p.kind {
        ParamKind::Mem(m) if f.mems[m].access == Access::RefMut && is_numbers(&f.mems[m].ty) => {
            Some((param, m))
        }
        ParamKind::Mem(_) | ParamKind::Value(_) => None,
    });
    let ops: HashMap<ValueId, &Op> = f.body.deep().filter_map(Stmt::computed).collect();
    lent.filter_map(|(param, mem)| claim(f, &ops, param, mem)).collect()
}

fn is_numbers(ty: &Ty) -> bool {
    matches!(ty, Ty::Slice(elem) | Ty::Vec(elem) if elem.is_float())
}

fn claim(f: &Function, ops: &HashMap<ValueId, &Op>, param: usize, mem: MemId) -> Option<Claim> {
    let whole = Place::whole(mem);
    let is_len = |s: &&Stmt| matches!(s, Stmt::Let { op: Op::Len(of), .. } if *of == whole);
    let looks = |s: &&Stmt| !is_len(s) && Mentions::of(|m| s.visit_deep(m)).mems.contains(&mem);
    let mut claim = Claim { param, values: 0, lens: 0 };
    match f.body.stmts.iter().find(looks)? {
        Stmt::Bulk(Bulk::Fill { place, value: _ }) if *place == whole => {}
        Stmt::Bulk(Bulk::CopyFrom { dst, src }) if *dst == whole && src.mem != mem => {}
        Stmt::Loop(l) => {
            let range = l.whole_range().filter(|r| r.is_plain() && !r.inclusive)?;
            let from_zero = ops.get(&range.lo).and_then(|op| op.int()) == Some(0);
            (from_zero && private::fills(f, l, mem)).then_some(())?;
            reaches(f, ops, range.hi, &mut claim)?;
        }
        _ => return None,
    }
    Some(claim)
}

/// What the end of the loop is the least of.
fn reaches(f: &Function, ops: &HashMap<ValueId, &Op>, end: ValueId, claim: &mut Claim) -> Option<()> {
    let param = |kind: ParamKind| f.params.iter().take(MOST).position(|p| p.kind == kind);
    if let Some(k) = param(ParamKind::Value(end)) {
        claim.values |= bit(k);
        return Some(());
    }
    match ops.get(&end)? {
        Op::Len(place) if place.proj.is_empty() => claim.lens |= bit(param(ParamKind::Mem(place.mem))?),
        Op::Helper { name: "least", args } => args.iter().try_for_each(|a| reaches(f, ops, *a, claim))?,
        _ => return None,
    }
    Some(())
}

/// How many things a function keeps for its reverse sweep.
pub fn kept(f: &Function) -> usize {
    let count = |s: &Stmt| match s {
        Stmt::Push { stack: _, items } => items.len(),
        Stmt::Save { .. } => 1,
        _ => 0,
    };
    f.body.deep().map(count).sum()
}

/// An argument that a call overwrites, if the callee claims so on these grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The callee, in this call.
    pub callee: CodeId,
    pub claim: Claim,
}

/// The calls that are the first in a loop to get a vector from outside of it, by `&mut`, and what is surely not less than its length.
pub fn counted(f: &Function) -> Vec<Counted> {
    let bodies = f.body.deep().filter_map(|s| match s {
        Stmt::Loop(l) => Some(&l.body),
        _ => None,
    });
    let mut calls: Vec<(&Call, usize)> = Vec::new();
    for body in bodies {
        for (at, stmt) in body.stmts.iter().enumerate() {
            let Stmt::Call(call) = stmt else { continue };
            for (k, arg) in call.args.iter().enumerate().take(MOST) {
                let Arg::RefMut(place) = arg else { continue };
                let looks = |s: &Stmt| {
                    Mentions::of(|m| s.visit_deep(m)).mems.contains(&place.mem)
                        || s.declared().contains(&place.mem)
                };
                if place.proj.is_empty() && !body.stmts[..at].iter().any(looks) {
                    calls.push((call, k));
                }
            }
        }
    }
    if calls.is_empty() {
        return Vec::new();
    }
    let lens = Lengths::of(f);
    let mut all = Vec::new();
    for (call, param) in calls {
        let (Callee::Path(callee), Arg::RefMut(place)) = (&call.callee, &call.args[param]) else { continue };
        let own = f.mems[place.mem].access == Access::Owned;
        let Some(len) = lens.len(place).filter(|_| own) else { continue };
        let mut claim = Claim { param, values: 0, lens: bit(param) };
        for (k, arg) in call.args.iter().enumerate() {
            match arg {
                Arg::Value(v) if lens.reaches(&lens.polys.get(*v), &len) => claim.values |= bit(k),
                Arg::Ref(of) if lens.len(of).is_some_and(|of| lens.reaches(&of, &len)) => {
                    claim.lens |= bit(k);
                }
                Arg::Value(_)
                | Arg::Ref(_)
                | Arg::RefValue(_)
                | Arg::Mem(_)
                | Arg::RefMut(_)
                | Arg::Receiver(_)
                | Arg::Opaque(_)
                | Arg::Closure(_) => {}
            }
        }
        all.push(Counted { callee: *callee, claim });
    }
    all
}

/// The lengths of what is passed.
struct Lengths {
    polys: Polys,
    bounds: Bounds,
    whole: HashMap<MemId, Poly>,
}

impl Lengths {
    fn of(f: &Function) -> Lengths {
        let polys = Polys::of(f);
        let mut whole: HashMap<MemId, Poly> = HashMap::default();
        let resized: HashSet<MemId> = f.body.deep().flat_map(resized).collect();
        for stmt in f.body.deep() {
            if let Stmt::Decl { mem, init: Some(Init::VecRepeat { elem: _, len }) } = stmt {
                if !resized.contains(mem) {
                    whole.insert(*mem, polys.get(*len));
                }
            }
            if let Some((value, Op::Len(of))) = stmt.computed() {
                if of.proj.is_empty() && matches!(f.mems[of.mem].ty, Ty::Slice(_)) {
                    whole.entry(of.mem).or_insert_with(|| polys.get(value));
                }
            }
        }
        Lengths { bounds: Bounds::of(f, &polys), polys, whole }
    }

    fn len(&self, place: &Place) -> Option<Poly> {
        let whole = self.whole.get(&place.mem);
        match &place.proj[..] {
            [] => whole.cloned(),
            [Proj::Range { lo, hi }] => {
                let hi = hi.map_or_else(|| whole.cloned(), |hi| Some(self.polys.get(hi)))?;
                match lo {
                    Some(lo) => hi.sub(&self.polys.get(*lo)),
                    None => Some(hi),
                }
            }
            _ => None,
        }
    }

    fn reaches(&self, more: &Poly, less: &Poly) -> bool {
        self.bounds.at_least(more, less)
    }
}

/// Objects that may get another length. (What is lent as a whole may be a vector for the callee, but a companion's claim is
/// about a slice.)
fn resized(stmt: &Stmt) -> Vec<MemId> {
    match stmt {
        Stmt::Store { .. } | Stmt::Call(_) | Stmt::Decl { .. } => Vec::new(),
        Stmt::Bulk(bulk) => bulk.resized().map(|p| p.mem).into_iter().chain(swapped(bulk)).collect(),
        other => other.written(),
    }
}

fn swapped(bulk: &Bulk) -> Vec<MemId> {
    match bulk {
        Bulk::Swap { a, b } => vec![a.mem, b.mem],
        Bulk::Fill { .. }
        | Bulk::CopyFrom { .. }
        | Bulk::Reverse { .. }
        | Bulk::RotateLeft { .. }
        | Bulk::RotateRight { .. }
        | Bulk::Push { .. }
        | Bulk::Pop { .. }
        | Bulk::Truncate { .. }
        | Bulk::Grow { .. }
        | Bulk::AddAssign { .. }
        | Bulk::Zero { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goldens::{programs::Program, stages::Stages};

    fn claims_of(source: &'static str) -> Vec<(usize, u64, u64)> {
        let stages = Stages::of(&Program { name: "g", options: "", source });
        claims(&stages.primal).into_iter().map(|c| (c.param, c.values, c.lens)).collect()
    }

    #[test]
    fn what_is_overwritten_first() {
        let up_to =
            "fn g(d: usize, x: &[f64], o: &mut [f64]) { for i in 0..d { o[i] = x[i]; } o[0] += o[1]; }";
        assert_eq!(claims_of(up_to), [(2, 1, 0)]);
        let zipped = "fn g(x: &[f64], o: &mut [f64]) { for (o, x) in o.iter_mut().zip(x) { *o = x * x; } }";
        assert_eq!(claims_of(zipped), [(1, 0, 3)]);
        let filled = "fn g(a: f64, o: &mut [f64]) { o.fill(a); }";
        assert_eq!(claims_of(filled), [(1, 0, 0)]);
        let c = "fn g(d: usize, a: f64, o: &mut [f64]) { let mut i = 0; while i < d { o[i] = a; i += 1; } }";
        assert_eq!(claims_of(c), [(2, 1, 0)]);
    }

    #[test]
    fn what_is_not() {
        let added = "fn g(d: usize, x: &[f64], o: &mut [f64]) { for i in 0..d { o[i] += x[i]; } }";
        let from_one = "fn g(d: usize, x: &[f64], o: &mut [f64]) { for i in 1..d { o[i] = x[i]; } }";
        let fewer = "fn g(d: usize, x: &[f64], o: &mut [f64]) { for i in 0..d - 1 { o[i] = x[i]; } }";
        let next = "fn g(d: usize, x: &[f64], o: &mut [f64]) { for i in 0..d { o[i] = x[i] * o[i + 1]; } }";
        let read =
            "fn g(d: usize, x: &[f64], o: &mut [f64]) { let a = o[0]; for i in 0..d { o[i] = x[i] * a; } }";
        let branch = "fn g(d: usize, x: f64, o: &mut [f64]) { if x > 0.0 { for i in 0..d { o[i] = x; } } }";
        let inner = "fn g(d: usize, x: f64, o: &mut [f64]) { for i in 0..d { if x > 0.0 { o[i] = x; } } }";
        let exit =
            "fn g(d: usize, x: f64, o: &mut [f64]) { for i in 0..d { o[i] = x; if x > 0.0 { break; } } }";
        for source in [added, from_one, fewer, next, read, branch, inner, exit] {
            assert_eq!(claims_of(source), [], "{source}");
        }
    }

    #[test]
    fn calls_that_count_on_it_keep_less() {
        let source = "fn f(x: &[f64], d: usize) -> f64 {
            let mut o = vec![0.0; d];
            let mut s = 0.0;
            for p in 0..x.len() / d { g(d, &x[p * d..], &mut o); s += h(&o); }
            s
        }";
        let stages = Stages::of(&Program { name: "f", options: "", source });
        let mut f = stages.primal.clone();
        let counted = counted(&f);
        // `d`, and what is left of `x` from any row on, reach the end of `o`; and so does `o`.
        assert_eq!(
            counted.iter().map(|c| &c.claim).collect::<Vec<_>>(),
            [&Claim { param: 2, values: 1, lens: 6 }]
        );
        f.overwrites = counted.iter().map(|c| (c.callee, c.claim.param)).collect();
        let made = crate::adjoint::adjoint(&f, false).unwrap_or_else(|(_, why)| panic!("{why}"));
        assert_eq!((kept(&made.f), kept(&stages.adjoint.f)), (0, 4));
    }
}
