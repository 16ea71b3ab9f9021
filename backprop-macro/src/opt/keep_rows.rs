//! Elements that a loop overwrites one by one, and that are kept, are kept all together before the loop.
//!
//! ```text
//! loop i in 0..n { v1 = load m0[i]; m0[i] = v2; push s0 (v1) }  ..  loop i in 0..n rev { v3 = pop s0; .. m0[i] = v3 }
//!   →
//! save s0 m0; loop i in 0..n { m0[i] = v2 }                     ..  loop i in 0..n rev { .. }; restore s0 m0
//! ```
//! Where `n` is the length of `m0`, and both loops look at `m0[i]` alone: the second one before it puts it back. A loop
//! without pushes needs no room for the way into the allocator, and may be packed.

use crate::analysis::private::resizes;
use crate::ir::hash::HashMap;
use crate::ir::visit::Mentions;
use crate::ir::walk::ElementAccess;
use crate::ir::{
    Const, Function, Init, Loop, MemId, Op, Operand, Place, Popped, Proj, Region, StackId, Stmt, Ty, ValueId,
};

/// `split`: the first so many statements are the forward sweep.
pub(super) fn keep_rows(f: &mut Function, split: &mut usize) {
    let facts = Facts::of(f);
    let (forward, reverse) = f.body.stmts.split_at((*split).min(f.body.stmts.len()));
    let pushed = facts.rows(forward, Facts::pushed);
    let popped = facts.rows(reverse, Facts::popped);
    let both: HashMap<StackId, MemId> =
        pushed.into_iter().filter(|(stack, mem)| popped.get(stack) == Some(mem)).collect();
    if both.is_empty() {
        return;
    }
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off((*split).min(stmts.len()));
    let first = moved(stmts, &both);
    *split = first.len();
    f.body.stmts = first.into_iter().chain(moved(second, &both)).collect();
}

struct Facts {
    uses: HashMap<ValueId, usize>,
    zeros: Vec<ValueId>,
    /// How often each is pushed to, and popped from.
    stacks: HashMap<StackId, (usize, usize)>,
    /// Values that are the length of an object all along.
    lengths: HashMap<MemId, Vec<ValueId>>,
}

impl Facts {
    fn of(f: &Function) -> Facts {
        let mut facts = Facts {
            uses: HashMap::default(),
            zeros: Vec::new(),
            stacks: HashMap::default(),
            lengths: HashMap::default(),
        };
        Mentions::of(|m| f.body.visit(m)).values.into_iter().for_each(|v| {
            *facts.uses.entry(v).or_default() += 1;
        });
        let mut slices: HashMap<MemId, Vec<ValueId>> = HashMap::default();
        for stmt in f.body.deep() {
            if let Stmt::Let { value, op: Op::Const(Const::Int(0)) } = stmt {
                facts.zeros.push(*value);
            }
            if let Stmt::Let { value, op: Op::Len(place) } = stmt {
                if place.proj.is_empty() && matches!(f.mems[place.mem].ty, Ty::Slice(_)) {
                    slices.entry(place.mem).or_default().push(*value);
                }
            }
            if let Stmt::Push { stack, .. } | Stmt::Save { stack, .. } = stmt {
                facts.stacks.entry(*stack).or_default().0 += 1;
            }
            if let Stmt::Pop { stack, .. } | Stmt::Restore { stack, .. } = stmt {
                facts.stacks.entry(*stack).or_default().1 += 1;
            }
        }
        for stmt in f.body.deep() {
            let Stmt::Decl { mem, init: Some(init) } = stmt else { continue };
            let len = match init {
                Init::VecRepeat { elem: Operand::Value(_), len } => vec![*len],
                Init::ToVec(of) if of.proj.is_empty() => slices.get(&of.mem).cloned().unwrap_or_default(),
                _ => continue,
            };
            let number = matches!(&f.mems[*mem].ty, Ty::Vec(elem) if matches!(**elem, Ty::Float(_)));
            if number && keeps_length(&f.body, *mem) {
                facts.lengths.insert(*mem, len);
            }
        }
        facts
    }

    /// Of each stack, the object of a loop that `find` accepts.
    fn rows(
        &self,
        stmts: &[Stmt],
        find: fn(&Facts, &Loop, StackId, &Operand) -> Option<MemId>,
    ) -> HashMap<StackId, MemId> {
        let mut all = HashMap::default();
        for stmt in stmts.iter().flat_map(Stmt::deep) {
            let Stmt::Loop(l) = stmt else { continue };
            for stmt in &l.body.stmts {
                let Some((stack, item)) = single(stmt) else { continue };
                if let Some(mem) = find(self, l, stack, &item).filter(|_| self.is_only(stack)) {
                    all.insert(stack, mem);
                }
            }
        }
        all
    }

    fn is_only(&self, stack: StackId) -> bool {
        self.stacks.get(&stack) == Some(&(1, 1))
    }

    fn once(&self, value: ValueId) -> bool {
        self.uses.get(&value) == Some(&1)
    }

    /// The element of `mem` in each iteration, if the loop goes over all of them.
    fn element(&self, l: &Loop, mem: MemId) -> Option<Place> {
        let range = l.whole_range()?;
        let plain = !range.inclusive && range.is_plain();
        let whole = self.zeros.contains(&range.lo) && self.lengths.get(&mem)?.contains(&range.hi);
        (plain && whole).then(|| Place { mem, proj: vec![Proj::Index(range.index)] })
    }

    /// A push of what was in the element that the loop overwrites.
    fn pushed(&self, l: &Loop, _: StackId, item: &Operand) -> Option<MemId> {
        let Operand::Value(old) = item else { return None };
        let stmts = &l.body.stmts;
        let (read, place) = stmts.iter().enumerate().find_map(|(k, s)| {
            let e = s.element().filter(|e| e.access == ElementAccess::Read && e.value == *old)?;
            Some((k, e.place.clone()))
        })?;
        let written = self.written(l, place.mem)?;
        (self.once(*old) && self.element(l, place.mem)? == place && read < written).then_some(place.mem)
    }

    /// A pop of what the loop puts back into the element, after which it does not look there.
    fn popped(&self, l: &Loop, _: StackId, item: &Operand) -> Option<MemId> {
        let Operand::Value(old) = item else { return None };
        let stmts = &l.body.stmts;
        let place = stmts.iter().find_map(|s| {
            s.element()
                .filter(|e| e.access == ElementAccess::Write && e.value == *old)
                .map(|e| e.place.clone())
        })?;
        let written = self.written(l, place.mem)?;
        let after = stmts[written + 1..].iter().flat_map(Stmt::deep);
        let looks = after.flat_map(|s| Mentions::of(|m| s.visit_shallow(m)).mems).any(|m| m == place.mem);
        (self.once(*old) && self.element(l, place.mem)? == place && !looks).then_some(place.mem)
    }

    /// Where the loop writes the element, if it does so once, and otherwise only reads it.
    fn written(&self, l: &Loop, mem: MemId) -> Option<usize> {
        let own = self.element(l, mem)?;
        let mut written = None;
        for (k, stmt) in l.body.stmts.iter().enumerate() {
            for inner in stmt.deep() {
                let here = Mentions::of(|m| inner.visit_shallow(m)).mems;
                if !here.contains(&mem) {
                    continue;
                }
                let element = inner.element().filter(|e| *e.place == own)?;
                match element.access {
                    ElementAccess::Read => {}
                    ElementAccess::Write if written.is_none() && stmt.element().is_some() => {
                        written = Some(k)
                    }
                    ElementAccess::Write | ElementAccess::Add => return None,
                }
            }
        }
        written
    }
}

/// The stack and the one number of a push or a pop.
fn single(stmt: &Stmt) -> Option<(StackId, Operand)> {
    if let Stmt::Push { stack, items } = stmt {
        let [item] = items.as_slice() else { return None };
        return Some((*stack, item.clone()));
    }
    if let Stmt::Pop { stack, items } = stmt {
        let [Popped::Value(value)] = items.as_slice() else { return None };
        return Some((*stack, Operand::Value(*value)));
    }
    None
}

/// Nothing but single elements is written: no call, no exchange, no new contents.
fn keeps_length(body: &Region, mem: MemId) -> bool {
    let whole = |place: &Place| place.mem == mem;
    let other = |s: &Stmt| {
        let declared = s.declared().contains(&mem);
        !declared && s.element().is_none() && s.control().is_none() && s.written().contains(&mem)
    };
    !resizes(body, &whole) && !body.deep().any(other)
}

/// With the saves and restores in the place of pushes and pops.
fn moved(stmts: Vec<Stmt>, rows: &HashMap<StackId, MemId>) -> Vec<Stmt> {
    let mut out = Vec::with_capacity(stmts.len());
    for mut stmt in stmts {
        for inner in stmt.regions_mut() {
            inner.stmts = moved(std::mem::take(&mut inner.stmts), rows);
        }
        let mut after = Vec::new();
        if let Stmt::Loop(l) = &mut stmt {
            let found: Vec<(StackId, Operand, bool)> = l
                .body
                .stmts
                .iter()
                .filter_map(|s| single(s).map(|(stack, item)| (stack, item, matches!(s, Stmt::Push { .. }))))
                .filter(|(stack, ..)| rows.contains_key(stack))
                .collect();
            for (stack, item, push) in found {
                let Some(place) = rows.get(&stack).map(|mem| Place::whole(*mem)) else { continue };
                let gone = |s: &Stmt| {
                    let own = single(s).is_some_and(|(of, _)| of == stack);
                    let access = if push { ElementAccess::Read } else { ElementAccess::Write };
                    let element = s.element().is_some_and(|e| {
                        e.access == access && e.place.mem == place.mem && Operand::Value(e.value) == item
                    });
                    own || element
                };
                l.body.stmts.retain(|s| !gone(s));
                if push {
                    out.push(Stmt::Save { stack, place });
                } else {
                    after.push(Stmt::Restore { stack, place });
                }
            }
        }
        out.push(stmt);
        out.extend(after);
    }
    out
}
