//! Arguments of a call that are parts of one object, one of them `&mut`: Rust accepted them because they came from
//! `split_at_mut` or the like, which the places no longer show. All but the first `&mut` become copies, copied back after.
//!
//! ```text
//! call f(&mut m0[..v1], &mut m0[v1..])   →   m1 = m0[v1..].to_vec(); call f(&mut m0[..v1], &mut m1); copy m1 back
//! ```

use crate::analysis::types::place_ty;
use crate::ir::{Access, Arg, Bulk, Call, Function, Init, MemInfo, Operand, Place, Region, Stmt, Ty};

pub(super) fn separate(f: &mut Function) {
    let mut body = std::mem::take(&mut f.body);
    region(f, &mut body);
    f.body = body;
}

fn region(f: &mut Function, r: &mut Region) {
    let mut out = Vec::with_capacity(r.stmts.len());
    for mut stmt in std::mem::take(&mut r.stmts) {
        stmt.regions_mut().into_iter().for_each(|inner| region(f, inner));
        let back = match &mut stmt {
            Stmt::Call(call) => call_args(f, call, &mut out),
            _ => Vec::new(),
        };
        out.push(stmt);
        out.extend(back);
    }
    r.stmts = out;
}

fn place_of(arg: &Arg) -> Option<&Place> {
    match arg {
        Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => Some(place),
        // What a closure captures is a copy.
        Arg::Value(_) | Arg::RefValue(_) | Arg::Mem(_) | Arg::Opaque(_) | Arg::Closure(_) => None,
    }
}

/// Copies before the call go to `out`; what is returned copies them back.
fn call_args(f: &mut Function, call: &mut Call, out: &mut Vec<Stmt>) -> Vec<Stmt> {
    let mut back = Vec::new();
    let exclusive = |a: &Arg| matches!(a, Arg::RefMut(_));
    for k in 0..call.args.len() {
        let Some(place) = place_of(&call.args[k]).cloned() else { continue };
        let kept =
            call.args.iter().position(|a| exclusive(a) && place_of(a).is_some_and(|p| p.mem == place.mem));
        let Some(first) = kept.filter(|first| *first != k) else { continue };
        debug_assert!(exclusive(&call.args[first]));
        let ty = place_ty(f, &place);
        let (ty, init) = match ty {
            Ty::Slice(elem) => (Ty::Vec(elem), Init::ToVec(place.clone())),
            other => (other, Init::From(Operand::Copy(place.clone()))),
        };
        let slice = matches!(init, Init::ToVec(_));
        let span = f.mems[place.mem].span;
        let copy = f.mems.push(MemInfo { ty, name: None, span, access: Access::Owned, shadow_of: None });
        out.push(Stmt::Decl { mem: copy, init: Some(init) });
        let whole = Place::whole(copy);
        let changed = exclusive(&call.args[k]);
        call.args[k] = if changed { Arg::RefMut(whole.clone()) } else { Arg::Ref(whole.clone()) };
        if changed {
            back.push(if slice {
                Stmt::Bulk(Bulk::CopyFrom { dst: place, src: whole })
            } else {
                Stmt::Assign { place, init: Init::From(Operand::Mem(copy)) }
            });
        }
    }
    back
}
