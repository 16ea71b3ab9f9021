//! What nodes define, read and write.
//!
//! ```text
//! v1 = load m0[i]   defines v1, reads m0          m1 = g(&m0, &mut m2)   writes m1, m2
//! ```

use super::{
    Arg, Bulk, Call, CallResult, CallRole, Cotangent, Init, MemId, Op, Opaque, Operand, Place, Popped, Read,
    Stmt, ValueId,
};

impl Stmt {
    /// The values that the statement binds (in the region that it stands in).
    pub fn defs(&self) -> Vec<ValueId> {
        match self {
            Stmt::Let { value, op: _ } => vec![*value],
            Stmt::Branch(branch) => branch.phis.iter().map(|p| p.value).collect(),
            Stmt::Loop(l) => l.carried.iter().map(|c| c.result).collect(),
            Stmt::Call(call) => {
                let result = match call.result {
                    CallResult::Value(v) => Some(v),
                    CallResult::None | CallResult::Mem(_) => None,
                };
                let pullback = match call.role {
                    CallRole::Forward(v) => Some(v),
                    CallRole::Primal | CallRole::Checked | CallRole::Tangent => None,
                };
                result.into_iter().chain(pullback).collect()
            }
            Stmt::Pop { stack: _, items } => {
                let values = items.iter().filter_map(|i| match i {
                    Popped::Value(v) => Some(*v),
                    Popped::Mem(_) => None,
                });
                values.collect()
            }
            Stmt::Pullback(pullback) => {
                let values = pullback.into.iter().filter_map(|c| match c {
                    Cotangent::Value(v) => Some(*v),
                    Cotangent::Drop | Cotangent::Place(_) => None,
                });
                values.collect()
            }
            Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. } => Vec::new(),
        }
    }

    /// The memory objects that come into being with the statement.
    pub fn declared(&self) -> Vec<MemId> {
        match self {
            Stmt::Decl { mem, init: _ } | Stmt::Call(Call { result: CallResult::Mem(mem), .. }) => vec![*mem],
            Stmt::Pop { stack: _, items } => {
                let mems = items.iter().filter_map(|i| match i {
                    Popped::Mem(m) => Some(*m),
                    Popped::Value(_) => None,
                });
                mems.collect()
            }
            Stmt::Let { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => Vec::new(),
        }
    }

    /// The memory objects that the statement itself may write or bring into being.
    pub fn written(&self) -> Vec<MemId> {
        match self {
            Stmt::Decl { mem, init } => {
                let inner = init.iter().flat_map(Init::written);
                std::iter::once(*mem).chain(inner).collect()
            }
            Stmt::Store { place, .. }
            | Stmt::Accumulate { place, .. }
            | Stmt::Restore { stack: _, place } => {
                vec![place.mem]
            }
            Stmt::Assign { place, init } => std::iter::once(place.mem).chain(init.written()).collect(),
            Stmt::Bulk(bulk) => bulk.written(),
            Stmt::Call(call) => {
                let mut all = call.written();
                match call.result {
                    CallResult::Mem(m) => all.push(m),
                    CallResult::None | CallResult::Value(_) => {}
                }
                all
            }
            Stmt::Opaque(opaque) => opaque.writes.clone(),
            Stmt::Let { value: _, op: Op::Once(opaque) | Op::Pure(opaque) } => opaque.writes.clone(),
            Stmt::Let { .. } | Stmt::Branch(_) | Stmt::Loop(_) | Stmt::Push { .. } | Stmt::Save { .. } => {
                Vec::new()
            }
            Stmt::Pop { .. } => self.declared(),
            Stmt::Pullback(pullback) => {
                let places = pullback.into.iter().filter_map(|c| match c {
                    Cotangent::Place(place) => Some(place.mem),
                    Cotangent::Drop | Cotangent::Value(_) => None,
                });
                places.collect()
            }
        }
    }
}

impl Op {
    /// The objects that it reads.
    pub fn read(&self) -> Vec<MemId> {
        match self {
            Op::Load(place) | Op::Len(place) | Op::SumOf(place) => vec![place.mem],
            Op::Dot(a, b) => vec![a.mem, b.mem],
            Op::Pure(Opaque { reads, .. }) | Op::Once(Opaque { reads, .. }) => {
                let mems = reads.iter().filter_map(|r| match r {
                    Read::Mem(m) => Some(*m),
                    Read::Value(_) => None,
                });
                mems.collect()
            }
            Op::Const(_)
            | Op::Apply { .. }
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Helper { .. } => Vec::new(),
        }
    }
}

impl Init {
    /// Passive code may write, and so may who has a mutable row; what is taken leaves anything behind.
    fn written(&self) -> Vec<MemId> {
        match self {
            Init::Opaque(opaque) => opaque.writes.clone(),
            Init::Row { of, mutable: true, .. } => vec![of.mem],
            Init::Taken(place) => vec![place.mem],
            Init::Array(_)
            | Init::Repeat { .. }
            | Init::VecOf(_)
            | Init::VecRepeat { .. }
            | Init::VecNew { .. }
            | Init::Tuple(_)
            | Init::Struct { .. }
            | Init::Variant { .. }
            | Init::Boxed(_)
            | Init::From(_)
            | Init::ToVec(_)
            | Init::ZeroOf(_)
            | Init::Row { .. } => Vec::new(),
        }
    }
}

impl Stmt {
    /// `a = b`, whole objects: `(a, b)`.
    pub fn moved(&self) -> Option<(MemId, MemId)> {
        let Stmt::Assign { place, init: Init::From(Operand::Mem(from)) } = self else { return None };
        place.proj.is_empty().then_some((place.mem, *from))
    }
}

impl Bulk {
    /// What it puts where, from outside the object.
    pub fn flows(&self) -> Vec<(MemId, Operand)> {
        match self {
            Bulk::Fill { place, value } => vec![(place.mem, Operand::Value(*value))],
            Bulk::Push { place, item } => vec![(place.mem, item.clone())],
            Bulk::CopyFrom { dst, src } | Bulk::AddAssign { dst, src } => {
                vec![(dst.mem, Operand::Copy(src.clone()))]
            }
            Bulk::Swap { a, b } => {
                vec![(a.mem, Operand::Copy(b.clone())), (b.mem, Operand::Copy(a.clone()))]
            }
            Bulk::Reverse { .. }
            | Bulk::RotateLeft { .. }
            | Bulk::RotateRight { .. }
            | Bulk::Pop { .. }
            | Bulk::Truncate { .. }
            | Bulk::Grow { .. }
            | Bulk::Zero { .. } => Vec::new(),
        }
    }

    /// The vector whose length it changes.
    pub fn resized(&self) -> Option<&Place> {
        match self {
            Bulk::Push { place, .. }
            | Bulk::Pop { place, .. }
            | Bulk::Truncate { place, .. }
            | Bulk::Grow { place, .. } => Some(place),
            Bulk::Fill { .. }
            | Bulk::CopyFrom { .. }
            | Bulk::AddAssign { .. }
            | Bulk::Swap { .. }
            | Bulk::Reverse { .. }
            | Bulk::RotateLeft { .. }
            | Bulk::RotateRight { .. }
            | Bulk::Zero { .. } => None,
        }
    }

    /// The objects that it writes.
    pub fn written(&self) -> Vec<MemId> {
        match self {
            Bulk::Fill { place, .. }
            | Bulk::Reverse { place }
            | Bulk::Pop { place, .. }
            | Bulk::Zero { place }
            | Bulk::Grow { place, .. }
            | Bulk::RotateLeft { place, .. }
            | Bulk::RotateRight { place, .. }
            | Bulk::Push { place, .. }
            | Bulk::Truncate { place, .. } => vec![place.mem],
            Bulk::CopyFrom { dst, .. } | Bulk::AddAssign { dst, .. } => vec![dst.mem],
            Bulk::Swap { a, b } => vec![a.mem, b.mem],
        }
    }
}

impl Call {
    /// The objects that it may write.
    pub fn written(&self) -> Vec<MemId> {
        let mut all = Vec::new();
        for arg in &self.args {
            match arg {
                Arg::RefMut(place) => all.push(place.mem),
                Arg::Opaque(opaque) => all.extend(&opaque.writes),
                Arg::Value(_)
                | Arg::RefValue(_)
                | Arg::Mem(_)
                | Arg::Ref(_)
                | Arg::Receiver(_)
                | Arg::Closure(_) => {}
            }
        }
        all
    }

    /// The places that it may write, those of carried code apart.
    pub fn written_places(&self) -> Vec<Place> {
        let places = self.args.iter().filter_map(|a| match a {
            Arg::RefMut(place) => Some(place.clone()),
            Arg::Value(_)
            | Arg::RefValue(_)
            | Arg::Mem(_)
            | Arg::Ref(_)
            | Arg::Receiver(_)
            | Arg::Opaque(_)
            | Arg::Closure(_) => None,
        });
        places.collect()
    }
}
