//! What of a gradient lives on the heap, for `#[grad(no_heap)]`: residual stacks and vectors.
//!
//! ```text
//! loop .. { .. push s0 (v5 x) }        the first kept value: v5
//! ```

use crate::ir::{CodeId, Function, Init, MemId, Operand, Region, Room, SpanId, Stmt, ValueId};

/// Where the first thing stands that needs the heap, and the user's name for it.
pub fn first(f: &Function) -> Option<(SpanId, Option<CodeId>)> {
    region(f, &f.body)
}

fn region(f: &Function, r: &Region) -> Option<(SpanId, Option<CodeId>)> {
    r.deep().find_map(|stmt| match stmt {
        Stmt::Push { stack, items } if f.stacks[*stack] != Room::One => {
            items.iter().map(|i| operand(f, i)).next()
        }
        Stmt::Save { stack: _, place } => Some(of_mem(f, place.mem)),
        Stmt::Decl { mem, init: Some(init) } if on_heap(f, init) => Some(of_mem(f, *mem)),
        Stmt::Let { .. }
        | Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => None,
    })
}

fn operand(f: &Function, item: &Operand) -> (SpanId, Option<CodeId>) {
    match item {
        Operand::Value(v) => of_value(f, *v),
        Operand::Mem(m) => of_mem(f, *m),
        Operand::Copy(place) => of_mem(f, place.mem),
    }
}

fn of_value(f: &Function, value: ValueId) -> (SpanId, Option<CodeId>) {
    (f.values[value].span, f.values[value].name)
}

fn of_mem(f: &Function, mem: MemId) -> (SpanId, Option<CodeId>) {
    (f.mems[mem].span, f.mems[mem].name)
}

fn on_heap(f: &Function, init: &Init) -> bool {
    match init {
        Init::VecOf(_) | Init::VecRepeat { .. } | Init::VecNew { .. } | Init::ToVec(_) => true,
        Init::Boxed(_) => true,
        Init::ZeroOf(place) => {
            let ty = super::types::place_ty(f, place);
            matches!(ty, crate::ir::Ty::Vec(_) | crate::ir::Ty::Slice(_)) && !ty.is_shape_known()
        }
        Init::Array(_)
        | Init::Repeat { .. }
        | Init::Tuple(_)
        | Init::Struct { .. }
        | Init::Variant { .. }
        | Init::From(_)
        | Init::Taken(_)
        | Init::Opaque(_)
        | Init::Row { .. } => false,
    }
}
