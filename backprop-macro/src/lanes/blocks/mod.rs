//! Many directions in one sweep: blocks of lanes, of which each statement visits those that matter to it.
//!
//! Most directions do not matter to most of a function: an angle moves the joints beyond it. So each tangent object
//! holds its numbers block by block, and beside it, per element, a mask of the blocks that may differ from zero. The
//! primal runs once. What is done to tangents is put into loops over the blocks in the masks of what is read:
//!
//! ```text
//! v1 = load m0[v0]; v2 = load m5[v0]; v3 = mul(v1, v1); v4 = mul(v2, v1); m6[v0] = v4; m1[v0] = v3
//!   →
//! v1 = load m0[v0]; v3 = mul(v1, v1); m1[v0] = v3
//! blocks of m5[v0], m6[v0] into m6[v0] { v2 = load m5[v0]; v4 = mul(v2, v1); m6[v0] = v4 }
//! ```
//! A tangent that is computed in one such loop and read in another is an object of its own in between. A block that is
//! in no mask holds zeros. `None`: the statements can't be told apart; then every block goes through a sweep of its own.

mod apart;
mod masks;
mod run;

use super::Found;
use crate::analysis::types::place_ty;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::FloatTy;
use crate::ir::visit::Mentions;
use crate::ir::{
    Access, Arg, Branch, Bulk, Call, CallResult, CallRole, Callee, CodeId, Const, Function, Init, Loop,
    MemId, MemInfo, Op, Operand, Phi, Place, Region, ResultOf, SpanId, Stmt, Ty, ValueId,
};
use crate::tangent::{Tangent, TangentInput};
use run::{copied, Moved};

/// A tangent program in blocks.
#[derive(Clone, Debug)]
pub struct Blocks {
    pub tangent: Tangent,
    /// What holds a part per block, with masks beside it.
    pub mems: HashSet<MemId>,
}

/// `free`: is it the path of a free function?
pub fn blocks(tangent: &Tangent, free: &dyn Fn(CodeId) -> bool) -> Option<Blocks> {
    let (lanes, found) = super::in_lanes(tangent)?;
    let mut uses = HashMap::default();
    let mentioned = Mentions::of(|m| lanes.f.body.visit(m)).values;
    let output = match lanes.output {
        ResultOf::Value(v) => Some(v),
        ResultOf::Unit | ResultOf::Mem(_) => None,
    };
    mentioned.into_iter().chain(output).for_each(|v| *uses.entry(v).or_insert(0_usize) += 1);
    let mut f = lanes.f.clone();
    let span = f.values.ids().next().map(|v| f.values[v].span)?;
    let body = std::mem::take(&mut f.body);
    let mut made = Distribution {
        f,
        found: &found,
        free,
        uses,
        span,
        constants: HashMap::default(),
        splats: HashMap::default(),
        mems: HashSet::default(),
        homes: HashMap::default(),
        parts: HashMap::default(),
        awaited: Vec::new(),
        run: Vec::new(),
        out: Vec::new(),
    };
    let inputs = lanes.inputs.iter().map(|i| made.input(i)).collect::<Option<Vec<_>>>()?;
    let mut body = made.region(&body, |d| {
        // The result is read after the last statement.
        output.map_or(Some(()), |v| d.home(v).map(drop))
    })?;
    let output = match lanes.output {
        ResultOf::Unit => return None,
        ResultOf::Value(v) => ResultOf::Mem(*made.homes.get(&v)?),
        ResultOf::Mem(m) => ResultOf::Mem(m),
    };
    let Distribution { mut f, mems, .. } = made;
    body.diverges = lanes.f.body.diverges;
    f.body = body;
    Some(Blocks { tangent: Tangent { f, inputs, output, ..lanes }, mems })
}

/// The transform in progress.
struct Distribution<'a> {
    f: Function,
    found: &'a Found,
    free: &'a dyn Fn(CodeId) -> bool,
    /// How often each value is mentioned in the whole function.
    uses: HashMap<ValueId, usize>,
    span: SpanId,
    /// Floats that are constants, and those in all lanes.
    constants: HashMap<ValueId, f64>,
    /// Numbers of the primal in all lanes, which are made where they are read.
    splats: HashMap<ValueId, Op>,
    mems: HashSet<MemId>,
    /// Objects for tangents that are read in other loops over blocks than the one that computes them.
    homes: HashMap<ValueId, MemId>,
    /// The tangents that calls returned, of which the function takes numbers alone.
    parts: HashMap<MemId, MemId>,
    /// Declarations that take their shape from an object of the primal: as soon as that is there.
    awaited: Vec<(MemId, MemId, Init)>,
    /// Statements of the next loop over blocks.
    run: Vec<Stmt>,
    /// The region under construction.
    out: Vec<Stmt>,
}

impl Distribution<'_> {
    fn is_lanes(&self, value: ValueId) -> bool {
        self.found.values.contains(&value) || matches!(self.f.values[value].ty, Ty::Float(FloatTy::Lanes(_)))
    }

    fn holds_lanes(&self, mem: MemId) -> bool {
        self.found.mems.contains(&mem)
    }

    /// Does it, or anything inside it, have to do with tangents?
    fn mentions_lanes(&self, stmt: &Stmt) -> bool {
        let all = Mentions::of(|m| stmt.visit_deep(m));
        let defines = |s: &Stmt| s.defs().into_iter().any(|v| self.is_lanes(v));
        let writes = |s: &Stmt| s.written().into_iter().any(|m| self.holds_lanes(m));
        all.values.iter().any(|v| self.is_lanes(*v))
            || all.mems.iter().any(|m| self.holds_lanes(*m))
            || stmt.deep().any(|s| defines(s) || writes(s))
    }

    fn input(&mut self, input: &TangentInput) -> Option<TangentInput> {
        Some(match input {
            TangentInput::None => TangentInput::None,
            TangentInput::Value(v) => {
                let mem = self.object_for(*v)?;
                TangentInput::Mem(mem)
            }
            TangentInput::Mem(m) => {
                if self.f.mems[*m].access == Access::RefMut {
                    return None;
                }
                self.mems.insert(*m);
                TangentInput::Mem(*m)
            }
        })
    }

    /// A region of its own; `end` may add statements.
    fn region(&mut self, region: &Region, end: impl FnOnce(&mut Self) -> Option<()>) -> Option<Region> {
        let (outer, waiting) = (std::mem::take(&mut self.out), std::mem::take(&mut self.run));
        region.stmts.iter().try_for_each(|s| self.stmt(s))?;
        if !region.diverges {
            end(self)?;
        }
        self.flush()?;
        self.run = waiting;
        let stmts = std::mem::replace(&mut self.out, outer);
        Some(Region { stmts, diverges: region.diverges })
    }

    fn stmt(&mut self, stmt: &Stmt) -> Option<()> {
        match stmt {
            Stmt::Let { value, op } if self.is_lanes(*value) => self.let_(*value, op),
            Stmt::Decl { mem, init } if self.holds_lanes(*mem) => self.decl(*mem, init.as_ref()?),
            Stmt::Call(call) if call.role == CallRole::Tangent => self.call(call),
            Stmt::Bulk(Bulk::Push { place, item }) if self.holds_lanes(place.mem) => self.push(place, item),
            Stmt::Store { .. } | Stmt::Assign { .. } | Stmt::Accumulate { .. } | Stmt::Bulk(_)
                if stmt.written().iter().any(|m| self.holds_lanes(*m)) =>
            {
                if !self.keeps_shapes(stmt) {
                    return None;
                }
                self.run.push(copied(stmt));
                Some(())
            }
            Stmt::Branch(branch) if self.mentions_lanes(stmt) => self.branch(branch),
            Stmt::Loop(l) if self.mentions_lanes(stmt) => self.loop_(l),
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
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => self.primal(stmt),
        }
    }

    /// Blocks that are not visited keep the lengths that they have.
    fn keeps_shapes(&self, stmt: &Stmt) -> bool {
        let plain = |place: &Place| place_ty(&self.f, place).is_plain();
        match stmt {
            Stmt::Assign { place, init: _ } => plain(place),
            Stmt::Bulk(Bulk::Swap { a, b }) => plain(a) && plain(b),
            Stmt::Bulk(bulk) => bulk.resized().is_none(),
            Stmt::Store { .. } | Stmt::Accumulate { .. } => true,
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        }
    }

    /// Goes before the statements that wait, unless it touches what they read.
    fn primal(&mut self, stmt: &Stmt) -> Option<()> {
        if self.mentions_lanes(stmt) {
            return None;
        }
        if let Stmt::Let { value, op: Op::Const(Const::Float(x)) } = stmt {
            self.constants.insert(*value, *x);
        }
        let mut changed: HashSet<MemId> = stmt.deep().flat_map(Stmt::written).collect();
        let mut moved = Moved(&mut changed);
        stmt.visit_deep(&mut moved);
        let read = self.run.iter().flat_map(|s| Mentions::of(|m| s.visit_deep(m)).mems);
        if read.into_iter().any(|m| changed.contains(&m)) {
            self.flush()?;
        }
        self.out.push(stmt.clone());
        if let Stmt::Decl { mem, .. } = stmt {
            let (now, later) =
                std::mem::take(&mut self.awaited).into_iter().partition(|(primal, ..)| primal == mem);
            self.awaited = later;
            for (_, shadow, init) in Vec::<(MemId, MemId, Init)>::into_iter(now) {
                self.out.push(Stmt::Decl { mem: shadow, init: Some(Init::ZeroOf(Place::whole(*mem))) });
                self.run.push(copied(&Stmt::Assign { place: Place::whole(shadow), init }));
            }
        }
        Some(())
    }

    fn let_(&mut self, value: ValueId, op: &Op) -> Option<()> {
        if let Op::Helper { name: "splat", args } = op {
            if let Some(x) = args.first().and_then(|a| self.constants.get(a)) {
                self.constants.insert(value, *x);
            }
            self.splats.insert(value, op.clone());
            return Some(());
        }
        if let Some(place) = self.pair_in(op) {
            let mem = self.part(value, place)?;
            self.homes.insert(value, mem);
            return Some(());
        }
        self.run.push(Stmt::Let { value, op: op.clone() });
        Some(())
    }

    /// The tangent that a call returned, as an object.
    fn part(&mut self, value: ValueId, place: &Place) -> Option<MemId> {
        if place.proj.len() != 1 {
            return None;
        }
        if let Some(mem) = self.parts.get(&place.mem) {
            return Some(*mem);
        }
        let mem = self.object(self.f.values[value].ty.clone(), self.f.values[value].span);
        self.parts.insert(place.mem, mem);
        let init = Some(Init::From(Operand::Copy(place.clone())));
        self.out.push(Stmt::Decl { mem, init });
        Some(mem)
    }

    /// What a call returned, if that is loaded.
    fn pair_in<'o>(&self, op: &'o Op) -> Option<&'o Place> {
        match op {
            Op::Load(place) => Some(place).filter(|p| self.found.pairs.contains(&p.mem)),
            Op::Const(_)
            | Op::Apply { .. }
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Len(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => None,
        }
    }

    fn object(&mut self, ty: Ty, span: SpanId) -> MemId {
        let info = MemInfo { ty, name: None, span, access: Access::Owned, shadow_of: None };
        let mem = self.f.mems.push(info);
        self.mems.insert(mem);
        mem
    }

    /// An object for a number per lane.
    fn object_for(&mut self, value: ValueId) -> Option<MemId> {
        let info = self.f.values[value].clone();
        // Of another type, its zero can't be told.
        if !matches!(info.ty, Ty::Float(_)) {
            return None;
        }
        let mem = self.object(info.ty, info.span);
        self.homes.insert(value, mem);
        Some(mem)
    }

    /// As [`Self::object_for`], which starts as zero here.
    fn declared_for(&mut self, value: ValueId) -> Option<MemId> {
        let mem = self.object_for(value)?;
        self.out.push(Stmt::Decl { mem, init: Some(Init::ZeroOf(Place::whole(mem))) });
        Some(mem)
    }

    /// Where the value is found outside the statements that wait, which are written out.
    fn home(&mut self, value: ValueId) -> Option<MemId> {
        if self.splats.contains_key(&value) {
            let mem = self.declared_for(value)?;
            self.run.push(Stmt::Store { place: Place::whole(mem), value });
        }
        self.flush()?;
        self.homes.get(&value).copied()
    }

    fn decl(&mut self, mem: MemId, init: &Init) -> Option<()> {
        self.mems.insert(mem);
        let ty = self.f.mems[mem].ty.clone();
        let zeros = self.is_zeros(init);
        if let Init::From(Operand::Copy(place)) = init {
            if self.found.pairs.contains(&place.mem) {
                let alone = place.proj.len() == 1 && !self.parts.contains_key(&place.mem);
                self.out.push(Stmt::Decl { mem, init: Some(init.clone()) });
                return alone.then_some(());
            }
        }
        if let Init::VecNew { .. } = init {
            // Of another type, nothing would tell it.
            self.out.push(Stmt::Decl { mem, init: Some(init.clone()) });
            return ty.elem().is_plain().then_some(());
        }
        if let (Init::VecRepeat { elem: _, len }, true, Ty::Vec(elem)) = (init, zeros, &ty) {
            let elem = self.zero(elem)?;
            let init = Init::VecRepeat { elem: Operand::Value(elem), len: *len };
            self.out.push(Stmt::Decl { mem, init: Some(init) });
            return Some(());
        }
        if ty.is_plain() {
            self.out.push(Stmt::Decl { mem, init: Some(Init::ZeroOf(Place::whole(mem))) });
            if !zeros {
                self.run.push(copied(&Stmt::Assign { place: Place::whole(mem), init: init.clone() }));
            }
            return Some(());
        }
        if let Init::ZeroOf(_) = init {
            self.out.push(Stmt::Decl { mem, init: Some(init.clone()) });
            return Some(());
        }
        let primal = self.f.mems[mem].shadow_of?;
        self.awaited.push((primal, mem, init.clone()));
        Some(())
    }

    /// Surely zero in all blocks.
    fn is_zeros(&self, init: &Init) -> bool {
        match init {
            Init::ZeroOf(_) => true,
            Init::Repeat { elem: Operand::Value(v), len: _ }
            | Init::VecRepeat { elem: Operand::Value(v), len: _ } => {
                self.constants.get(v).is_some_and(|x| *x == 0.0)
            }
            Init::Repeat { .. }
            | Init::VecRepeat { .. }
            | Init::Array(_)
            | Init::VecOf(_)
            | Init::VecNew { .. }
            | Init::Tuple(_)
            | Init::Struct { .. }
            | Init::Variant { .. }
            | Init::Boxed(_)
            | Init::From(_)
            | Init::ToVec(_)
            | Init::Opaque(_)
            | Init::Taken(_)
            | Init::Row { .. } => false,
        }
    }

    /// Zero in every lane.
    fn zero(&mut self, ty: &Ty) -> Option<ValueId> {
        let Ty::Float(FloatTy::Lanes(float)) = ty else { return None };
        let span = self.span;
        let number = self.f.fresh(Ty::Float((**float).clone()), span);
        let wide = self.f.fresh(ty.clone(), span);
        self.out.push(Stmt::Let { value: number, op: Op::Const(Const::Float(0.0)) });
        self.out.push(Stmt::Let { value: wide, op: Op::Helper { name: "splat", args: vec![number] } });
        Some(wide)
    }

    /// Vectors grow in all blocks alike.
    fn push(&mut self, place: &Place, item: &Operand) -> Option<()> {
        let item = match item {
            Operand::Value(v) => {
                self.flush()?;
                Operand::Copy(Place::whole(self.home(*v)?))
            }
            Operand::Mem(m) => Operand::Copy(Place::whole(*m)),
            Operand::Copy(_) => item.clone(),
        };
        self.flush()?;
        if !place.proj.is_empty() {
            return None;
        }
        let body = vec![Stmt::Bulk(Bulk::Push { place: place.clone(), item })];
        self.out.push(masks::all_blocks(body, place, self.span));
        Some(())
    }

    /// Arguments as they are, tangents by block.
    fn call(&mut self, call: &Call) -> Option<()> {
        if !matches!(call.callee, Callee::Path(code) if (self.free)(code))
            || !matches!(call.result, CallResult::Mem(_))
        {
            return None;
        }
        self.flush()?;
        let mut args = call.args.clone();
        let mut any = false;
        for arg in args.iter_mut().skip(1).step_by(2) {
            *arg = match arg {
                Arg::Value(v) => Arg::Mem(Operand::Copy(Place::whole(self.home(*v)?))),
                Arg::Mem(Operand::Value(v)) => Arg::Mem(Operand::Copy(Place::whole(self.home(*v)?))),
                Arg::RefValue(v) => Arg::Ref(Place::whole(self.home(*v)?)),
                Arg::Mem(Operand::Mem(m)) if self.mems.contains(m) => {
                    Arg::Mem(Operand::Copy(Place::whole(*m)))
                }
                Arg::Mem(Operand::Mem(_)) => continue,
                Arg::Mem(Operand::Copy(place)) | Arg::Ref(place) | Arg::Receiver(place)
                    if self.mems.contains(&place.mem) =>
                {
                    arg.clone()
                }
                Arg::Mem(_)
                | Arg::Ref(_)
                | Arg::Receiver(_)
                | Arg::RefMut(_)
                | Arg::Opaque(_)
                | Arg::Closure(_) => return None,
            };
            any = true;
        }
        if !any {
            return None;
        }
        self.out.push(Stmt::Call(Call { args, ..call.clone() }));
        Some(())
    }

    fn branch(&mut self, branch: &Branch) -> Option<()> {
        self.flush()?;
        let (lanes, phis): (Vec<Phi>, Vec<Phi>) =
            branch.phis.iter().cloned().partition(|p| self.is_lanes(p.value));
        let mut homes = Vec::new();
        for phi in &lanes {
            homes.push(self.declared_for(phi.value)?);
        }
        let mut arms = Vec::new();
        for (k, arm) in branch.arms.iter().enumerate() {
            arms.push(self.region(arm, |d| {
                for (phi, home) in lanes.iter().zip(&homes) {
                    if let Some(input) = phi.inputs.get(k).copied().flatten() {
                        d.run.push(Stmt::Store { place: Place::whole(*home), value: input });
                    }
                }
                Some(())
            })?);
        }
        self.out.push(Stmt::Branch(Branch { arms, phis, ..branch.clone() }));
        Some(())
    }

    fn loop_(&mut self, l: &Loop) -> Option<()> {
        if let Some((primal, tangent)) = apart::loops(self, l) {
            self.primal(&primal)?;
            self.run.push(tangent);
            return Some(());
        }
        if let Some((header, _)) = &l.header {
            if header.stmts.iter().any(|s| self.mentions_lanes(s)) {
                return None;
            }
        }
        self.flush()?;
        let (lanes, carried): (Vec<_>, Vec<_>) =
            l.carried.iter().cloned().partition(|c| self.is_lanes(c.phi));
        let mut homes = Vec::new();
        for carried in &lanes {
            let home = self.declared_for(carried.phi)?;
            self.homes.insert(carried.result, home);
            homes.push(home);
            if let Some(init) = carried.init {
                self.run.push(Stmt::Store { place: Place::whole(home), value: init });
            }
        }
        self.flush()?;
        let body = self.region(&l.body, |d| {
            for (carried, home) in lanes.iter().zip(&homes) {
                d.run.push(Stmt::Store { place: Place::whole(*home), value: carried.next });
            }
            Some(())
        })?;
        self.out.push(Stmt::Loop(Box::new(Loop { body, carried, ..l.clone() })));
        Some(())
    }
}
