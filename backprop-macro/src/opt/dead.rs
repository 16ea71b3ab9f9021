//! What nobody reads is not computed: values, carried values, phis, objects, branches and loops without effect; and what
//! nobody reads after it is popped is not pushed.
//!
//! ```text
//! v7 = cos(v1); return v2     →     return v2
//! ```
//! The user's own operations that may panic stay, so that the gradient panics exactly where the function does.
//! One pass collects who needs what, a worklist marks, one pass sweeps: linear in the size of the function.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Visitor;
use crate::ir::{
    Function, MemId, Op, Operand, ParamKind, Popped, Proj, Region, ResultOf, StackId, Stmt, Ty, ValueId,
};

/// Something that may be needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Value(ValueId),
    Mem(MemId),
    /// A number in each tuple on a stack.
    Item(StackId, usize),
    /// The decision of the branch or loop with this number.
    Control(usize),
}

pub(super) fn remove(f: &mut Function, split: &mut usize, roots: &[ValueId], primal: usize) {
    let mut graph = Graph::default();
    effects(f, &f.body, primal, &mut graph.effects);
    graph.start(f, roots);
    graph.region(&f.body, None);
    let (live, effects) = graph.mark();
    let mut body = std::mem::take(&mut f.body);
    let second = body.stmts.split_off((*split).min(body.stmts.len()));
    let sweep = Sweep { live, effects };
    let first = sweep.stmts(body.stmts);
    *split = first.len();
    body.stmts = first.into_iter().chain(sweep.stmts(second)).collect();
    f.body = body;
}

/// Who needs what.
#[derive(Default)]
struct Graph {
    needs: HashMap<Node, Vec<Node>>,
    todo: Vec<Node>,
    controls: usize,
    /// Values that are computed though nobody reads them.
    effects: HashSet<ValueId>,
}

/// Everything that a statement mentions.
#[derive(Default)]
struct Mentions(Vec<Node>);

impl Visitor for Mentions {
    fn value(&mut self, value: ValueId) {
        self.0.push(Node::Value(value));
    }
    fn mem(&mut self, mem: MemId) {
        self.0.push(Node::Mem(mem));
    }
}

fn mentions(visit: impl FnOnce(&mut Mentions)) -> Vec<Node> {
    let mut all = Mentions::default();
    visit(&mut all);
    all.0
}

impl Graph {
    /// The result, the roots, the parameters, the primal's objects (moved, dropped) and shadows that are handed out.
    fn start(&mut self, f: &Function, roots: &[ValueId]) {
        self.todo.extend(roots.iter().map(|v| Node::Value(*v)));
        match f.result {
            ResultOf::Unit => {}
            ResultOf::Value(v) => self.todo.push(Node::Value(v)),
            ResultOf::Mem(m) => self.todo.push(Node::Mem(m)),
        }
        let params: HashSet<MemId> = f
            .params
            .iter()
            .filter_map(|p| match p.kind {
                ParamKind::Mem(m) => Some(m),
                ParamKind::Value(_) => None,
            })
            .collect();
        for (id, info) in f.mems.iter() {
            if info.shadow_of.is_none_or(|of| params.contains(&of)) {
                self.todo.push(Node::Mem(id));
            }
        }
    }

    fn need(&mut self, of: Node, what: impl IntoIterator<Item = Node>) {
        self.needs.entry(of).or_default().extend(what);
    }

    fn region(&mut self, region: &Region, control: Option<usize>) {
        region.stmts.iter().for_each(|s| self.stmt(s, control));
    }

    fn stmt(&mut self, stmt: &Stmt, control: Option<usize>) {
        let mut uses = match stmt {
            Stmt::Branch(_) | Stmt::Loop(_) | Stmt::Push { .. } | Stmt::Pop { .. } => Vec::new(),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => mentions(|m| stmt.visit_shallow(m)),
        };
        uses.extend(control.map(Node::Control));
        match stmt {
            Stmt::Let { value, op: _ } => {
                if self.effects.contains(value) {
                    self.todo.extend(&uses);
                }
                self.need(Node::Value(*value), uses);
            }
            Stmt::Decl { mem, init: _ } => self.need(Node::Mem(*mem), uses),
            Stmt::Store { place, .. } | Stmt::Assign { place, .. } | Stmt::Accumulate { place, .. } => {
                self.need(Node::Mem(place.mem), uses);
            }
            Stmt::Bulk(bulk) => {
                for mem in bulk.written() {
                    self.need(Node::Mem(mem), uses.clone());
                }
            }
            Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {
                self.todo.extend(uses);
            }
            Stmt::Push { stack, items } => {
                for (k, item) in items.iter().enumerate() {
                    let uses = mentions(|m| item.visit(m)).into_iter().chain(uses.iter().copied());
                    match item {
                        Operand::Value(_) => self.need(Node::Item(*stack, k), uses),
                        Operand::Mem(_) | Operand::Copy(_) => self.todo.extend(uses),
                    }
                }
            }
            // Pushes and pops go in step: who needs one needs the other.
            Stmt::Pop { stack, items } => {
                for (k, item) in items.iter().enumerate() {
                    let item_node = Node::Item(*stack, k);
                    self.need(item_node, uses.iter().copied());
                    match item {
                        Popped::Value(v) => self.need(Node::Value(*v), [item_node]),
                        Popped::Mem(m) => self.todo.extend([item_node, Node::Mem(*m)]),
                    }
                }
            }
            Stmt::Branch(branch) => {
                let id = self.control(control, vec![Node::Value(branch.on)]);
                for phi in &branch.phis {
                    let inputs = phi.inputs.iter().flatten().map(|v| Node::Value(*v));
                    self.need(Node::Value(phi.value), inputs.chain([Node::Control(id)]));
                }
                for arm in &branch.arms {
                    if arm.diverges {
                        self.todo.push(Node::Control(id));
                    }
                    self.region(arm, Some(id));
                }
            }
            Stmt::Loop(l) => {
                let mut decides = mentions(|m| l.range.iter().for_each(|r| r.visit(m)));
                decides.extend(l.stop.map(Node::Value));
                decides.extend(l.header.iter().map(|(_, c)| Node::Value(*c)));
                let id = self.control(control, decides);
                // An open loop that may not end is an effect; only counted ones can go.
                if l.range.is_none() {
                    self.todo.push(Node::Control(id));
                }
                for c in &l.carried {
                    let inputs = [Node::Value(c.next), Node::Control(id)].into_iter();
                    let inputs: Vec<Node> = inputs.chain(c.init.map(Node::Value)).collect();
                    self.need(Node::Value(c.result), inputs.iter().copied().chain([Node::Value(c.phi)]));
                    self.need(Node::Value(c.phi), inputs.into_iter().chain([Node::Value(c.result)]));
                }
                l.header.iter().for_each(|(h, _)| self.region(h, Some(id)));
                self.region(&l.body, Some(id));
            }
        }
    }

    fn control(&mut self, outer: Option<usize>, decides: Vec<Node>) -> usize {
        let id = self.controls;
        self.controls += 1;
        self.need(Node::Control(id), decides.into_iter().chain(outer.map(Node::Control)));
        id
    }

    fn mark(mut self) -> (HashSet<Node>, HashSet<ValueId>) {
        let mut live = HashSet::default();
        while let Some(node) = self.todo.pop() {
            if live.insert(node) {
                self.todo.extend(self.needs.remove(&node).into_iter().flatten());
            }
        }
        (live, self.effects)
    }
}

/// Code that must run, and the user's own operations that may panic.
fn effects(f: &Function, region: &Region, primal: usize, all: &mut HashSet<ValueId>) {
    for (value, op) in region.deep().filter_map(Stmt::computed) {
        let own = (value.0 as usize) < primal;
        if matches!(op, Op::Once(_)) || (own && panics(op, f.values[value].ty == Ty::Int)) {
            all.insert(value);
        }
    }
}

fn panics(op: &Op, integer: bool) -> bool {
    match op {
        Op::Load(place) | Op::Len(place) => place.proj.iter().any(may_panic),
        Op::Apply { func, args: _ } | Op::Operator { func, args: _, assigns: _ } => func.may_panic(integer),
        Op::Const(_)
        | Op::Cast { .. }
        | Op::Select { .. }
        | Op::Detach(_)
        | Op::Pure(_)
        | Op::Once(_)
        | Op::Helper { .. }
        | Op::SumOf(_)
        | Op::Dot(..) => false,
    }
}

fn may_panic(proj: &Proj) -> bool {
    match proj {
        Proj::Index(_) | Proj::Range { .. } | Proj::Payload { .. } => true,
        Proj::Field(_) | Proj::Deref => false,
    }
}

struct Sweep {
    live: HashSet<Node>,
    effects: HashSet<ValueId>,
}

impl Sweep {
    fn value(&self, value: ValueId) -> bool {
        self.live.contains(&Node::Value(value))
    }

    fn mem(&self, mem: MemId) -> bool {
        self.live.contains(&Node::Mem(mem))
    }

    /// Removes the items that nobody reads; is there another?
    fn wanted<T>(&self, stack: StackId, items: &mut Vec<T>) -> bool {
        let mut k = 0;
        items.retain(|_| {
            k += 1;
            self.live.contains(&Node::Item(stack, k - 1))
        });
        !items.is_empty()
    }

    fn stmts(&self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        stmts.into_iter().filter_map(|s| self.stmt(s)).collect()
    }

    fn stmt(&self, mut stmt: Stmt) -> Option<Stmt> {
        for inner in stmt.regions_mut() {
            inner.stmts = self.stmts(std::mem::take(&mut inner.stmts));
        }
        let keep = match &mut stmt {
            Stmt::Let { value, op: _ } => self.value(*value) || self.effects.contains(value),
            Stmt::Decl { mem, .. } => self.mem(*mem),
            Stmt::Store { place, .. } | Stmt::Assign { place, .. } | Stmt::Accumulate { place, .. } => {
                self.mem(place.mem)
            }
            Stmt::Bulk(bulk) => bulk.written().iter().any(|m| self.mem(*m)),
            Stmt::Branch(branch) => {
                branch.phis.retain(|p| self.value(p.value));
                !branch.phis.is_empty() || branch.arms.iter().any(|a| a.diverges || !a.stmts.is_empty())
            }
            Stmt::Loop(l) => {
                l.carried.retain(|c| self.value(c.result));
                !l.carried.is_empty() || l.range.is_none() || !l.body.stmts.is_empty()
            }
            Stmt::Push { stack, items } => self.wanted(*stack, items),
            Stmt::Pop { stack, items } => self.wanted(*stack, items),
            Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => true,
        };
        keep.then_some(stmt)
    }
}
