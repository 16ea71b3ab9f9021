//! Where every value is defined and used, as positions in the text that will be written.
//!
//! One counter runs over the tree: a tick for each statement, for the end of each region and for the point where joined
//! values come into being. [`super::body::Body`] ticks in the same way while it writes, so that "is there a later use?"
//! is a comparison of numbers.
//!
//! ```text
//! v2 = mul(v0, v1)            1
//! loop v3 in .. {             2, phis 3
//!   v5 = add(v4, v2)          4
//! }                           end of body 5, results 6
//! ```

use super::dead::{dead, idle};
use super::tables::{has_slots, mem_ty, shadow_of};
use crate::ir::dense::{IdMap, IdSet};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::walk::Control;
use crate::ir::{
    Arg, Branch, Call, CallResult, CallRole, Callee, Carried, CodeId, Const, Function, Init, Loop, MemId, Op,
    Opaque, Phi, Read, Region, ResultOf, SpanId, StackId, Stmt, ValueId,
};

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// By an expression or a statement.
    Plain,
    /// As the start of a loop's carried value.
    Init,
    /// At the end of a region: the input of a phi, the next carried value.
    End,
}

#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub pos: u32,
    pub region: usize,
    pub kind: UseKind,
}

/// What brings a value into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefKind {
    Let,
    /// A phi of a branch.
    Join,
    LoopPhi,
    LoopResult,
    /// A pattern: a call, a pop, a range's index.
    Pattern,
}

#[derive(Clone, Copy, Debug)]
pub struct Def {
    pub pos: u32,
    pub region: usize,
    pub kind: DefKind,
}

/// The surroundings of a region.
#[derive(Clone, Copy, Debug, Default)]
pub struct Home {
    pub parent: Option<usize>,
    /// Number of the loop whose body or header it is.
    pub in_loop: Option<usize>,
    /// Number of the branch, and of the arm.
    pub arm: Option<(usize, usize)>,
}

#[derive(Debug)]
pub struct LoopFacts {
    pub start: u32,
    /// The end of the body.
    pub end: u32,
    pub carried: Vec<Carried>,
}

#[derive(Debug)]
pub struct JoinFacts {
    pub start: u32,
    pub arm_ends: Vec<u32>,
    pub phis: Vec<Phi>,
}

/// The side table.
#[derive(Debug, Default)]
pub struct Facts {
    pub defs: IdMap<ValueId, Def>,
    pub uses: IdMap<ValueId, Vec<Use>>,
    /// Every mention, in order.
    pub mems: HashMap<MemId, Vec<u32>>,
    /// Objects written after they have come into being.
    pub written: HashSet<MemId>,
    /// Where.
    pub writes: HashMap<MemId, Vec<u32>>,
    /// Objects declared without a value, and where they are assigned as a whole.
    pub deferred: HashMap<MemId, Vec<(u32, usize)>>,
    /// Those of them that need a placeholder.
    pub unset: HashSet<MemId>,
    /// Those that are held in an `Option`.
    pub held: HashSet<MemId>,
    /// Values and objects that carried code mentions by name.
    pub in_code: IdSet<ValueId>,
    pub mems_in_code: HashSet<MemId>,
    /// Start and end of each region; the first is the whole body.
    pub regions: Vec<(u32, u32)>,
    /// Where each region stands.
    pub homes: Vec<Home>,
    pub loops: Vec<LoopFacts>,
    pub joins: Vec<JoinFacts>,
    /// Shadows with parts that only an accessor reaches, which wants `&mut`.
    pub slotted: HashSet<MemId>,
    /// Forward halves of methods, by where they are called.
    pub methods: HashSet<SpanId>,
    /// Calls of parameters that are functions.
    pub functions: HashMap<SpanId, CodeId>,
    /// Calls of functions by their path.
    pub paths: HashMap<SpanId, CodeId>,
    /// Results beside their tangents: taken apart once, right after the call.
    pub pairs: HashSet<MemId>,
    pub constants: IdMap<ValueId, Const>,
    /// The statement of the body before which each stack is made.
    pub stacks: HashMap<StackId, u32>,
    /// How many pushes a stack holds in place.
    pub in_place: HashMap<StackId, usize>,
    /// Never read, and not worth computing.
    pub dead: IdSet<ValueId>,
    pos: u32,
}

impl Facts {
    /// `extra`: values that are read after the end of the body, besides the result.
    pub fn of(f: &Function, extra: &[ValueId]) -> Facts {
        let mut ends: Vec<ValueId> = extra.to_vec();
        match f.result {
            ResultOf::Value(v) => ends.push(v),
            ResultOf::Unit | ResultOf::Mem(_) => {}
        }
        let slotted = f.mems.ids().filter(|m| shadow_of(f, *m).is_some() && has_slots(&mem_ty(f, *m)));
        let unset = super::unset::unset(f);
        let mut facts = Facts {
            held: super::unset::held(f, &unset),
            unset,
            dead: dead(f, &ends),
            slotted: slotted.collect(),
            ..Facts::default()
        };
        facts.constants_in(&f.body);
        facts.in_place = super::stacks::in_place(f);
        let id = facts.region(&f.body, Home::default());
        for v in ends {
            facts.read(v, id, UseKind::End);
        }
        match f.result {
            ResultOf::Mem(m) => facts.mems.entry(m).or_default().push(facts.pos),
            ResultOf::Unit | ResultOf::Value(_) => {}
        }
        facts
    }

    pub fn count(&self, value: ValueId) -> usize {
        self.uses.get(&value).map_or(0, Vec::len)
    }

    /// Is the object mentioned in `(after, until]`?
    pub fn mem_mentioned(&self, mem: MemId, after: u32, until: u32) -> bool {
        self.mems.get(&mem).is_some_and(|all| all.iter().any(|p| *p > after && *p <= until))
    }

    /// Is the object written in `(after, until]`?
    pub fn mem_written(&self, mem: MemId, after: u32, until: u32) -> bool {
        self.writes.get(&mem).is_some_and(|all| all.iter().any(|p| *p > after && *p <= until))
    }

    /// Must an object that is declared without a value be `mut`?
    pub fn rewritten(&self, mem: MemId) -> bool {
        let Some(all) = self.deferred.get(&mem) else { return false };
        let pairs = all.iter().enumerate().flat_map(|(i, a)| all[i + 1..].iter().map(move |b| (a.1, b.1)));
        self.written.contains(&mem) || pairs.into_iter().any(|(a, b)| !self.exclusive(a, b))
    }

    /// Do two regions lie in different arms of a branch?
    pub fn exclusive(&self, a: usize, b: usize) -> bool {
        let left = self.arms_around(a);
        self.arms_around(b).iter().any(|(branch, arm)| left.iter().any(|(o, k)| o == branch && k != arm))
    }

    pub fn around(&self, region: usize) -> impl Iterator<Item = Home> + use<'_> {
        let home = |r: usize| self.homes.get(r).copied();
        std::iter::successors(home(region), move |h| h.parent.and_then(home))
    }

    fn arms_around(&self, region: usize) -> Vec<(usize, usize)> {
        self.around(region).filter_map(|h| h.arm).collect()
    }

    /// The end of the innermost region that a position lies in, given the region's index.
    pub fn end(&self, region: usize) -> u32 {
        self.regions.get(region).map_or(u32::MAX, |r| r.1)
    }

    fn constants_in(&mut self, region: &Region) {
        for stmt in region.deep() {
            if let Stmt::Let { value, op: Op::Const(c) } = stmt {
                self.constants.insert(*value, c.clone());
            }
        }
    }

    /// Stacks come into being before the first statement of the body that uses them.
    fn stacks_in(&mut self, stmt: &Stmt) {
        for stmt in stmt.deep() {
            if let Stmt::Push { stack, items: _ }
            | Stmt::Pop { stack, items: _ }
            | Stmt::Save { stack, place: _ }
            | Stmt::Restore { stack, place: _ } = stmt
            {
                self.stacks.entry(*stack).or_insert(self.pos);
            }
        }
    }

    fn read(&mut self, value: ValueId, region: usize, kind: UseKind) {
        self.uses.or_default(value).push(Use { pos: self.pos, region, kind });
    }

    fn define(&mut self, value: ValueId, region: usize, kind: DefKind) {
        self.defs.insert(value, Def { pos: self.pos, region, kind });
    }

    fn region(&mut self, region: &Region, home: Home) -> usize {
        let id = self.regions.len();
        self.homes.push(home);
        self.regions.push((self.pos, u32::MAX));
        for stmt in &region.stmts {
            self.pos += 1;
            if id == 0 {
                self.stacks_in(stmt);
            }
            match (stmt, stmt.control()) {
                (Stmt::Let { value, op: _ }, _) if self.dead.contains(value) => {}
                (_, Some(Control::Branch(branch))) => self.branch(branch, id),
                (_, Some(Control::Loop(l))) => self.loop_(l, id),
                (_, None) => self.simple(stmt, id),
            }
        }
        self.pos += 1;
        self.regions[id].1 = self.pos;
        id
    }

    fn simple(&mut self, stmt: &Stmt, region: usize) {
        let reads = Mentions::of(|m| stmt.visit_shallow(m));
        reads.values.into_iter().for_each(|v| self.read(v, region, UseKind::Plain));
        let kind = match stmt {
            Stmt::Let { .. } => DefKind::Let,
            _ => DefKind::Pattern,
        };
        stmt.defs().into_iter().for_each(|v| self.define(v, region, kind));
        for mem in reads.mems.iter().copied().chain(stmt.written()) {
            self.mems.entry(mem).or_default().push(self.pos);
        }
        for mem in reads.mems.into_iter().filter(|m| self.slotted.contains(m)).collect::<Vec<_>>() {
            self.write_to(mem);
        }
        match stmt {
            Stmt::Decl { mem, init: None } => {
                self.deferred.insert(*mem, Vec::new());
            }
            Stmt::Assign { place, init: _ } | Stmt::Store { place, value: _ } if place.proj.is_empty() => {
                match self.deferred.get_mut(&place.mem) {
                    Some(all) => all.push((self.pos, region)),
                    None => self.write(stmt),
                }
            }
            _ => self.write(stmt),
        }
        if let Stmt::Call(Call { callee, span, .. }) = stmt {
            match callee {
                Callee::Function(code) => drop(self.functions.insert(*span, *code)),
                Callee::Path(code) => drop(self.paths.insert(*span, *code)),
                Callee::Method { .. } => drop(self.methods.insert(*span)),
            }
        }
        if let Stmt::Call(Call { role: CallRole::Tangent, result: CallResult::Mem(pair), .. }) = stmt {
            self.pairs.insert(*pair);
        }
        if let Stmt::Call(call) = stmt {
            let constants = call.args.iter().flat_map(|a| match a {
                Arg::Closure(closure) => closure.constants.as_slice(),
                _ => &[],
            });
            for read in constants {
                match read {
                    Read::Value(v) => self.in_code.insert(*v),
                    Read::Mem(m) => self.mems_in_code.insert(*m),
                };
            }
        }
        for read in opaques(stmt).into_iter().flat_map(|o| &o.reads) {
            match read {
                Read::Value(v) => self.in_code.insert(*v),
                Read::Mem(m) => self.mems_in_code.insert(*m),
            };
        }
    }

    fn write(&mut self, stmt: &Stmt) {
        written_again(stmt).into_iter().for_each(|m| self.write_to(m));
    }

    fn write_to(&mut self, mem: MemId) {
        self.written.insert(mem);
        self.writes.entry(mem).or_default().push(self.pos);
    }

    fn branch(&mut self, branch: &Branch, region: usize) {
        if !idle(branch, &self.dead) {
            self.read(branch.on, region, UseKind::Plain);
        }
        let number = self.joins.len();
        self.joins.push(JoinFacts { start: self.pos, arm_ends: Vec::new(), phis: branch.phis.clone() });
        for (k, arm) in branch.arms.iter().enumerate() {
            let home = Home { parent: Some(region), in_loop: None, arm: Some((number, k)) };
            let id = self.region(arm, home);
            for phi in &branch.phis {
                match phi.inputs.get(k) {
                    Some(Some(input)) if !self.dead.contains(&phi.value) => {
                        self.read(*input, id, UseKind::End)
                    }
                    Some(_) | None => {}
                }
            }
            self.joins[number].arm_ends.push(self.pos);
        }
        self.pos += 1;
        for phi in &branch.phis {
            self.define(phi.value, region, DefKind::Join);
        }
    }

    fn loop_(&mut self, l: &Loop, region: usize) {
        let number = self.loops.len();
        let live: Vec<_> = l.carried.iter().filter(|c| !self.dead.contains(&c.phi)).cloned().collect();
        if let Some(range) = &l.range {
            range.visit(&mut |v| self.read(v, region, UseKind::Plain));
        }
        for carried in &live {
            carried.init.iter().for_each(|v| self.read(*v, region, UseKind::Init));
        }
        self.loops.push(LoopFacts { start: self.pos, end: self.pos, carried: live.clone() });
        self.pos += 1;
        let home = Home { parent: Some(region), in_loop: Some(number), arm: None };
        // Visible in header and body alike; the first region that opens now.
        let inside = self.regions.len();
        for carried in &live {
            self.define(carried.phi, inside, DefKind::LoopPhi);
        }
        if let Some(range) = &l.range {
            self.define(range.index, inside, DefKind::Pattern);
        }
        if let Some((header, cond)) = &l.header {
            let id = self.region(header, home);
            self.read(*cond, id, UseKind::End);
        }
        let id = self.region(&l.body, home);
        if l.header.is_some() {
            // The body stands in the scope of the header.
            self.regions[inside].1 = self.pos;
        }
        for carried in &live {
            self.read(carried.next, id, UseKind::End);
        }
        l.stop.iter().for_each(|v| self.read(*v, id, UseKind::End));
        self.loops[number].end = self.pos;
        self.pos += 1;
        for carried in &live {
            self.define(carried.result, region, DefKind::LoopResult);
        }
    }
}

/// The carried code in a statement.
pub fn opaques(stmt: &Stmt) -> Vec<&Opaque> {
    match stmt {
        Stmt::Opaque(opaque) | Stmt::Let { value: _, op: Op::Pure(opaque) | Op::Once(opaque) } => {
            vec![opaque]
        }
        Stmt::Decl { mem: _, init: Some(Init::Opaque(opaque)) }
        | Stmt::Assign { place: _, init: Init::Opaque(opaque) } => vec![opaque],
        Stmt::Call(call) => call.args.iter().filter_map(code_of).collect(),
        Stmt::Pullback(pullback) => pullback.args.iter().filter_map(code_of).collect(),
        Stmt::Let { .. }
        | Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Push { .. }
        | Stmt::Save { .. }
        | Stmt::Pop { .. }
        | Stmt::Restore { .. } => Vec::new(),
    }
}

fn code_of(arg: &Arg) -> Option<&Opaque> {
    match arg {
        Arg::Opaque(opaque) => Some(opaque),
        Arg::Value(_)
        | Arg::RefValue(_)
        | Arg::Mem(_)
        | Arg::Ref(_)
        | Arg::RefMut(_)
        | Arg::Receiver(_)
        | Arg::Closure(_) => None,
    }
}

/// What a statement writes that exists already, so that it must be `mut`.
fn written_again(stmt: &Stmt) -> Vec<MemId> {
    match stmt {
        Stmt::Decl { mem, init: _ } => stmt.written().into_iter().filter(|m| m != mem).collect(),
        Stmt::Call(call) => {
            let of_arg = |arg: &Arg| match arg {
                Arg::RefMut(place) => vec![place.mem],
                Arg::Opaque(opaque) => opaque.writes.clone(),
                Arg::Value(_)
                | Arg::RefValue(_)
                | Arg::Mem(_)
                | Arg::Ref(_)
                | Arg::Receiver(_)
                | Arg::Closure(_) => Vec::new(),
            };
            call.args.iter().flat_map(of_arg).collect()
        }
        Stmt::Pop { .. } => Vec::new(),
        Stmt::Restore { stack: _, place } => vec![place.mem],
        Stmt::Let { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Save { .. }
        | Stmt::Pullback(_) => stmt.written(),
    }
}
