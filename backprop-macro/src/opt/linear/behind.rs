//! What happens behind a cut: which objects get nothing but linear images of it.

use super::find::Finder;
use super::Map;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::walk::Control;
use crate::ir::{Carried, Loop, MemId, Op, Operand, Place, Proj, Stmt, ValueId};
use crate::rules::Func;

pub(super) struct Behind<'b, 'l> {
    pub(super) finder: &'b Finder<'l>,
    pub(super) stmts: &'l [Stmt],
    cut: MemId,
    /// Candidates: objects that get only linear images.
    pub(super) moved: HashSet<MemId>,
    /// Linear images of the cut, with the candidates that they come through.
    pub(super) linear: HashMap<ValueId, HashSet<MemId>>,
    /// Carried values that are none, contrary to what was supposed.
    banned: HashSet<ValueId>,
}

impl<'b, 'l> Behind<'b, 'l> {
    pub fn new(finder: &'b Finder<'l>, stmts: &'l [Stmt], cut: MemId) -> Self {
        let mut behind = Behind {
            finder,
            stmts,
            cut,
            moved: HashSet::default(),
            linear: HashMap::default(),
            banned: HashSet::default(),
        };
        behind.candidates(stmts);
        behind
    }

    fn candidates(&mut self, stmts: &[Stmt]) {
        for stmt in stmts.iter().flat_map(Stmt::deep) {
            if let Stmt::Accumulate { place, from: Operand::Value(_) } = stmt {
                let known = self.finder.f.mems[place.mem].shadow_of.is_some();
                if known && place.mem != self.cut && !self.finder.declared.contains(&place.mem) {
                    self.moved.insert(place.mem);
                }
            }
        }
    }

    /// The map, if there is one that is worth it.
    pub fn map(mut self, carried: &[Carried], path: &[usize], at: usize) -> Option<Map> {
        if !self.reads_before_zeroing() {
            return None;
        }
        loop {
            self.find_linear();
            let bad = self.bad(carried);
            if bad.is_empty() {
                break;
            }
            self.moved.retain(|m| !bad.contains(m));
        }
        let scratch: HashSet<MemId> = self.moved.iter().copied().filter(|m| self.is_read(*m)).collect();
        let mut needed = HashSet::default();
        self.need(self.stmts, &scratch, &mut needed);
        let worth = self.multiplies_in_nest(self.stmts, 0, &needed);
        let Behind { cut, moved, .. } = self;
        worth.then(|| Map { path: path.to_vec(), cut, at, moved, scratch, needed })
    }

    /// Elements of the cut become zero only after all reads of them.
    fn reads_before_zeroing(&self) -> bool {
        let mut zeroed = false;
        for stmt in self.stmts {
            if !Mentions::of(|m| stmt.visit_deep(m)).mems.contains(&self.cut) {
                continue;
            }
            if zeroed {
                return false;
            }
            zeroed = stmt.writes_deep(self.cut);
            if zeroed {
                let Stmt::Loop(l) = stmt else { return false };
                if !self.finder.is_steady(l) || !self.zeroes_after_reading(l) {
                    return false;
                }
            }
        }
        true
    }

    /// `.. load cut[i] ..; cut[i] = 0`, and nothing else that has to do with the cut.
    fn zeroes_after_reading(&self, l: &Loop) -> bool {
        let Some(range) = &l.range else { return false };
        let own = |place: &Place| place.proj == [Proj::Index(range.index)];
        let mut stored = false;
        l.body.stmts.iter().all(|stmt| match stmt {
            Stmt::Let { value: _, op: Op::Load(place) } if place.mem == self.cut => own(place) && !stored,
            Stmt::Store { place, value } if place.mem == self.cut => {
                stored = true;
                own(place) && self.finder.context.zeros.contains(value)
            }
            other => !Mentions::of(|m| other.visit_deep(m)).mems.contains(&self.cut),
        })
    }

    fn find_linear(&mut self) {
        self.banned.clear();
        loop {
            self.linear.clear();
            let banned = self.banned.len();
            self.linear_in(self.stmts);
            if self.banned.len() == banned {
                return;
            }
        }
    }

    fn linear_in(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            if let Some((value, op)) = stmt.computed() {
                if let Some(through) = self.image(op) {
                    self.linear.insert(value, through);
                }
            }
            if let Some(Control::Loop(l)) = stmt.control() {
                if self.finder.is_steady(l) {
                    self.linear_loop(l);
                }
            }
        }
    }

    fn linear_loop(&mut self, l: &Loop) {
        for c in &l.carried {
            let from = c.init.and_then(|init| self.term(init));
            if let (Some(from), false) = (from, self.banned.contains(&c.phi)) {
                self.linear.insert(c.phi, from);
            }
        }
        self.linear_in(&l.body.stmts);
        for c in l.carried.iter().filter(|c| self.linear.contains_key(&c.phi)).collect::<Vec<_>>() {
            match self.term(c.next) {
                Some(through) => {
                    let all: HashSet<MemId> = through.union(&self.linear[&c.phi]).copied().collect();
                    self.linear.insert(c.result, all);
                }
                None => drop(self.banned.insert(c.phi)),
            }
        }
    }

    /// A linear image, or zero.
    fn term(&self, value: ValueId) -> Option<HashSet<MemId>> {
        let zero = self.finder.context.zeros.contains(&value);
        self.linear.get(&value).cloned().or_else(|| zero.then(HashSet::default))
    }

    /// Is it linear in the cut, with constant coefficients?
    fn image(&self, op: &Op) -> Option<HashSet<MemId>> {
        match op {
            Op::Load(place) if place.mem == self.cut => {
                let one = matches!(place.proj.as_slice(), [Proj::Index(_)]);
                (one && self.has_fixed_indices(place)).then(HashSet::default)
            }
            Op::Load(place) if self.moved.contains(&place.mem) => {
                self.has_fixed_indices(place).then(|| [place.mem].into_iter().collect())
            }
            Op::Apply { func, args } => match (func, args.as_slice()) {
                (Func::Neg, [a]) => self.linear.get(a).cloned(),
                (Func::Add | Func::Sub, [a, b]) => {
                    let (a, b) = (self.linear.get(a)?, self.linear.get(b)?);
                    Some(a.union(b).copied().collect())
                }
                (Func::Mul, [a, b]) => match (self.linear.get(a), self.linear.get(b)) {
                    (Some(through), None) => self.finder.is_fixed(*b).then(|| through.clone()),
                    (None, Some(through)) => self.finder.is_fixed(*a).then(|| through.clone()),
                    (Some(_), Some(_)) | (None, None) => None,
                },
                (Func::Div, [a, b]) => {
                    let through = self.linear.get(a).filter(|_| !self.linear.contains_key(b))?;
                    self.finder.is_fixed(*b).then(|| through.clone())
                }
                (_, _) => None,
            },
            Op::Const(_)
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Load(_)
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

    pub(super) fn has_fixed_indices(&self, place: &Place) -> bool {
        let mut fixed = true;
        place.visit_indices(&mut |v| fixed &= self.finder.is_fixed(v));
        fixed
    }
}
