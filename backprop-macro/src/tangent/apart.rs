//! Tangents of several parts of one object as arguments of one call: `g(&p.a, &p.b)`. What only an accessor reaches is
//! borrowed mutably there, so all but one are copied first, and copied back if they may be written.
//!
//! ```text
//! tangent g(&m0.a, &m1.a, &m0.b, &m1.b)   →   m2 = copy m1.b; tangent g(&m0.a, &m1.a, &m0.b, &m2)
//! ```

use super::Forward;
use crate::analysis::types::place_ty;
use crate::ir::{Access, Arg, Bulk, Init, MemInfo, Operand, Place, Proj, Stmt, Ty};

impl Forward<'_> {
    /// Of arguments that are followed by their tangents. Gives what is to be copied back.
    pub(super) fn keep_apart(&mut self, args: &mut [Arg]) -> Vec<Bulk> {
        let mut back = Vec::new();
        for k in (1..args.len()).step_by(2) {
            let Some(place) = lent(&args[k]).cloned() else { continue };
            let others = args.iter().skip(1).step_by(2).filter_map(lent);
            let on_it: Vec<&Place> = others.filter(|other| other.mem == place.mem).collect();
            if on_it.len() < 2 || !self.by_accessor(&place) {
                continue;
            }
            let temp = Place::whole(self.copied(&place));
            args[k] = match &args[k] {
                Arg::RefMut(_) => {
                    back.push(Bulk::CopyFrom { dst: place, src: temp.clone() });
                    Arg::RefMut(temp)
                }
                Arg::Ref(_)
                | Arg::Receiver(_)
                | Arg::Value(_)
                | Arg::RefValue(_)
                | Arg::Mem(_)
                | Arg::Opaque(_)
                | Arg::Closure(_) => Arg::Ref(temp),
            };
        }
        back
    }

    fn copied(&mut self, place: &Place) -> crate::ir::MemId {
        let ty = place_ty(&self.f, place);
        let slice = matches!(ty, Ty::Slice(_));
        let ty = if slice { Ty::Vec(Box::new(ty.elem())) } else { ty };
        let info = MemInfo { ty, access: Access::Owned, name: None, ..self.f.mems[place.mem].clone() };
        let temp = self.f.mems.push(info);
        let init = if slice { Init::ToVec(place.clone()) } else { Init::From(Operand::Copy(place.clone())) };
        self.out.push(Stmt::Decl { mem: temp, init: Some(init) });
        temp
    }

    fn by_accessor(&self, place: &Place) -> bool {
        let field = |proj: &Proj| match proj {
            Proj::Field(_) | Proj::Payload { .. } | Proj::Deref => true,
            Proj::Index(_) | Proj::Range { .. } => false,
        };
        place.proj.iter().any(field) && may_have_accessors(&self.f.mems[place.mem].ty)
    }
}

fn lent(arg: &Arg) -> Option<&Place> {
    match arg {
        Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => Some(place),
        Arg::Value(_) | Arg::RefValue(_) | Arg::Mem(_) | Arg::Opaque(_) | Arg::Closure(_) => None,
    }
}

fn may_have_accessors(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) => false,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => may_have_accessors(elem),
        Ty::Tuple(items) => items.iter().any(may_have_accessors),
        Ty::Option(_) | Ty::Boxed(_) | Ty::Adt(..) | Ty::Unknown => true,
    }
}
