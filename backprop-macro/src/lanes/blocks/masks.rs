//! Which blocks a loop over blocks visits, and where it leaves something.
//!
//! It visits what is in the masks of all that it reads, and of what it overwrites: a block that was there before becomes
//! zero. What is only added to stays where nothing is added.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{
    BlockLoop, Bulk, Init, Loop, Masked, MemId, Op, Operand, Place, Proj, Region, SpanId, Stmt, ValueId,
};

/// The loop over the blocks that matter to the statements.
pub(super) fn blocks(mems: &HashSet<MemId>, stmts: Vec<Stmt>, span: SpanId) -> Stmt {
    let mut all = Masks {
        mems,
        bound: HashSet::default(),
        sums: Sums::of(&stmts),
        reads: Vec::new(),
        writes: Vec::new(),
    };
    all.bound = stmts.iter().flat_map(Stmt::deep).flat_map(super::run::binds).collect();
    stmts.iter().flat_map(Stmt::deep).for_each(|s| all.stmt(s));
    let of = BlockLoop { reads: tidy(all.reads), writes: tidy(all.writes), grown: None };
    made(of, stmts, span)
}

/// The statements in every block; the vector grows by an element, whose mask they tell.
pub(super) fn all_blocks(stmts: Vec<Stmt>, grown: &Place, span: SpanId) -> Stmt {
    let mut reads = Vec::new();
    if let Some(Stmt::Bulk(Bulk::Push { place: _, item: Operand::Copy(place) })) = stmts.first() {
        reads.push(masked(place, &HashSet::default()));
    }
    made(BlockLoop { reads, writes: Vec::new(), grown: Some(grown.mem) }, stmts, span)
}

fn made(blocks: BlockLoop, stmts: Vec<Stmt>, span: SpanId) -> Stmt {
    Stmt::Loop(Box::new(Loop {
        range: None,
        header: None,
        carried: Vec::new(),
        body: Region { stmts, diverges: false },
        stop: None,
        blocks: Some(blocks),
        span,
    }))
}

/// `bound`: what has no value before the loop.
fn masked(place: &Place, bound: &HashSet<ValueId>) -> Masked {
    let index = match place.proj.first() {
        Some(Proj::Index(i)) if !bound.contains(i) => Some(*i),
        Some(Proj::Index(_) | Proj::Range { .. } | Proj::Field(_) | Proj::Payload { .. } | Proj::Deref)
        | None => None,
    };
    Masked { mem: place.mem, index }
}

/// Each once; no element of what is there as a whole.
fn tidy(all: Vec<Masked>) -> Vec<Masked> {
    let whole: HashSet<MemId> = all.iter().filter(|m| m.index.is_none()).map(|m| m.mem).collect();
    let mut kept: Vec<Masked> = Vec::new();
    for masked in all {
        let covered = masked.index.is_some() && whole.contains(&masked.mem);
        if !covered && !kept.contains(&masked) {
            kept.push(masked);
        }
    }
    kept
}

/// Where something is added to what is there.
#[derive(Default)]
pub(super) struct Sums {
    /// Numbers that are loaded for nothing else.
    pub added: HashSet<ValueId>,
    /// What is stored.
    pub sums: HashSet<ValueId>,
}

impl Sums {
    pub fn of(stmts: &[Stmt]) -> Self {
        let mut found = Sums::default();
        let mut ops: HashMap<ValueId, &Op> = HashMap::default();
        let mut counts: HashMap<ValueId, usize> = HashMap::default();
        for stmt in stmts.iter().flat_map(Stmt::deep) {
            if let Stmt::Let { value, op } = stmt {
                ops.insert(*value, op);
            }
            for v in Mentions::of(|m| stmt.visit_shallow(m)).values {
                *counts.entry(v).or_default() += 1;
            }
        }
        let once = |v: &ValueId| counts.get(v) == Some(&1);
        for stmt in stmts.iter().flat_map(Stmt::deep) {
            let Stmt::Store { place, value } = stmt else { continue };
            let mut sum = *value;
            while let Some(Op::Helper { name: "linear" | "sum", args }) = ops.get(&sum) {
                match args.as_slice() {
                    [only] if once(&sum) => sum = *only,
                    _ => break,
                }
            }
            let Some(op @ Op::Apply { args, .. }) = ops.get(&sum) else { continue };
            let old = args.iter().find(|a| matches!(ops.get(a), Some(Op::Load(from)) if from == place));
            if let Some(old) = old.filter(|old| once(old) && once(&sum) && op.sum_with(**old).is_some()) {
                found.added.insert(*old);
                found.sums.insert(*value);
            }
        }
        found
    }
}

struct Masks<'a> {
    mems: &'a HashSet<MemId>,
    bound: HashSet<ValueId>,
    sums: Sums,
    reads: Vec<Masked>,
    writes: Vec<Masked>,
}

impl Masks<'_> {
    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op: _ } if self.sums.added.contains(value) => {}
            Stmt::Let { value: _, op } => match op {
                Op::Load(place) | Op::SumOf(place) => self.read(place),
                Op::Dot(a, b) => [a, b].into_iter().for_each(|p| self.read(p)),
                Op::Const(_)
                | Op::Apply { .. }
                | Op::Operator { .. }
                | Op::Cast { .. }
                | Op::Len(_)
                | Op::Select { .. }
                | Op::Detach(_)
                | Op::Pure(_)
                | Op::Once(_)
                | Op::Helper { .. } => {}
            },
            Stmt::Store { place, value } => {
                if !self.sums.sums.contains(value) {
                    self.read(place);
                }
                self.write(place);
            }
            Stmt::Assign { place, init } => {
                self.read(place);
                self.init(init);
                self.write(place);
            }
            Stmt::Accumulate { place, from } => {
                self.operand(from);
                self.write(place);
            }
            Stmt::Bulk(bulk) => {
                let all = Mentions::of(|m| bulk.visit(m)).mems;
                for mem in all {
                    self.read(&Place::whole(mem));
                }
                for mem in bulk.written() {
                    self.write(&Place::whole(mem));
                }
            }
            Stmt::Branch(_) | Stmt::Loop(_) => {}
            // None of them waits for a loop over blocks.
            Stmt::Decl { .. }
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        }
    }

    fn init(&mut self, init: &Init) {
        match init {
            Init::Array(items) | Init::VecOf(items) | Init::Tuple(items) => {
                items.iter().for_each(|i| self.operand(i));
            }
            Init::Repeat { elem: operand, len: _ }
            | Init::VecRepeat { elem: operand, len: _ }
            | Init::From(operand) => {
                self.operand(operand);
            }
            Init::ToVec(_)
            | Init::VecNew { .. }
            | Init::Struct { .. }
            | Init::Variant { .. }
            | Init::Boxed(_)
            | Init::Opaque(_)
            | Init::Taken(_)
            | Init::ZeroOf(_)
            | Init::Row { .. } => {
                Mentions::of(|m| init.visit(m)).mems.into_iter().for_each(|m| self.read(&Place::whole(m)));
            }
        }
    }

    fn operand(&mut self, operand: &Operand) {
        match operand {
            Operand::Value(_) => {}
            Operand::Mem(m) => self.read(&Place::whole(*m)),
            Operand::Copy(place) => self.read(place),
        }
    }

    fn read(&mut self, place: &Place) {
        if self.mems.contains(&place.mem) {
            self.reads.push(masked(place, &self.bound));
        }
    }

    fn write(&mut self, place: &Place) {
        if self.mems.contains(&place.mem) {
            self.writes.push(masked(place, &self.bound));
        }
    }
}
