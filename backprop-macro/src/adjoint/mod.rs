//! Reverse mode: a function becomes its forward sweep followed by its reverse sweep, in the same IR.
//!
//! ```text
//! v2 = sin(v0); v3 = mul(v2, v1); return v3
//!   →
//! v2 = sin(v0); v3 = mul(v2, v1);            forward
//! v5 = mul(v4, v1); v6 = mul(v4, v2);        reverse of mul, v4 the seed: cotangents of v2 and of v1
//! v7 = cos(v0); v8 = mul(v5, v7)             reverse of sin: cotangent of v0
//! ```
//! Every region is walked backwards in a [`Frame`] of its own, which knows how the primal's values are called there and
//! holds the cotangents so far. It must never skip a statement: each kind has its arm, or an error.

mod bulk;
mod call;
mod counters;
mod forward;
mod frame;
mod fused;
mod hoist;
mod lent;
mod memory;
mod narrow;
pub mod preaccumulate;
pub mod prepare;
pub mod recursion;
mod reverse;
mod shrink;
#[cfg(test)]
mod tests;

use crate::analysis::activity::Activity;
use crate::analysis::fuse::{self, Fusion};
use crate::analysis::layout::{At, Kind, Layout};
use crate::analysis::narrow::find as find_narrow;
use crate::analysis::plan::{Plan, Planner};
use crate::analysis::private::{resizes, Private};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Access, CallResult, CallRole, Function, Init, MemId, Op, Operand, ParamKind, Place, Region, ResultOf,
    SpanId, StackId, Stmt, Ty, ValueId,
};
use frame::Frame;
use prepare::Prepared;

/// A function with its gradient.
#[derive(Clone, Debug)]
pub struct Adjoint {
    /// `f.body.stmts[..split]` is the forward sweep, the rest the reverse sweep. `f.params` are the primal's.
    pub f: Function,
    pub split: usize,
    /// The cotangent of the result: a parameter of the core (or of the pullback).
    pub seed: Seed,
    /// Per parameter.
    pub cotangents: Vec<ParamCotangent>,
    /// Buffers that get each element once, and what remains as zeros: they may hold anything before.
    pub assigned: Vec<MemId>,
    /// What is stored, for each region that stores anything, as text.
    #[cfg_attr(not(test), allow(dead_code))] // for tests
    pub report: Vec<String>,
}

/// The incoming cotangent.
#[derive(Clone, Debug, PartialEq)]
pub enum Seed {
    /// The result is `()` or passive.
    None,
    Value(ValueId),
    /// Of an aggregate result, by value, mutable.
    Mem(MemId),
}

/// The outgoing cotangent of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamCotangent {
    /// Passive.
    None,
    /// A scalar, returned by value. `None`: the result does not depend on it (zero).
    Value(Option<ValueId>),
    /// An aggregate passed by value: its shadow, declared by the reverse sweep, is returned by value.
    Owned(MemId),
    /// Behind a reference: accumulated into the caller's buffer (`&mut`), which is this object.
    Buffer(MemId),
}

impl Adjoint {
    /// The last step before emission; the first `primal` values are the user's own.
    pub fn lower(&mut self, primal: usize) {
        self.split = crate::opt::lower(&mut self.f, self.split, primal);
    }

    /// Runs the optimiser; the first `primal` values are the user's own.
    pub fn optimise(&mut self, primal: usize) {
        let mut roots: Vec<ValueId> = Vec::new();
        for c in &self.cotangents {
            match c {
                ParamCotangent::Value(Some(v)) => roots.push(*v),
                ParamCotangent::Value(None)
                | ParamCotangent::None
                | ParamCotangent::Owned(_)
                | ParamCotangent::Buffer(_) => {}
            }
        }
        self.split = crate::opt::optimise(&mut self.f, self.split, &mut roots, primal);
        let mut roots = roots.into_iter();
        for c in &mut self.cotangents {
            if let ParamCotangent::Value(Some(v)) = c {
                *v = roots.next().unwrap_or(*v);
            }
        }
    }
}

/// What can't be differentiated, where, and why.
pub type Refusal = (SpanId, String);

/// Both sweeps in one body (`split`: the reverse sweep will be a closure that has lost sight of `&mut` parameters).
pub fn adjoint(f: &Function, split: bool) -> Result<Adjoint, Refusal> {
    fixed_lengths(f)?;
    let mut copied = HashSet::default();
    loop {
        let mut prepared = prepare::prepare(f, &copied);
        let act = Activity::of(&prepared.f);
        mark_calls(&mut prepared.f, &act);
        let layout = Layout::of(&prepared.f);
        let private = Private::of(&prepared.f, &layout);
        let (fusion, plan) = plan(&prepared, &layout, &act, &private, split);
        let wanted = if split { out_of_sight(f, &layout, &plan, &copied) } else { Vec::new() };
        if wanted.is_empty() {
            return Reverse::new(&prepared, &layout, &act, &private, &fusion, &plan).run(split);
        }
        copied.extend(wanted);
    }
}

/// `&mut` parameters that a pullback would have to look at: it runs when they are out of reach.
fn out_of_sight(f: &Function, layout: &Layout, plan: &Plan, copied: &HashSet<MemId>) -> Vec<MemId> {
    let params = f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Mem(m) => Some(m),
        ParamKind::Value(_) => None,
    });
    let wanted = |m: &MemId| {
        let undone = layout.writes.get(m).into_iter().flatten().any(|w| plan.undo.contains(w));
        f.mems[*m].access == Access::RefMut && !copied.contains(m) && (undone || plan.read_back.contains(m))
    };
    params.filter(wanted).collect()
}

/// The cotangent of a vector behind `&mut` is a slice of the caller: its length stays.
fn fixed_lengths(f: &Function) -> Result<(), Refusal> {
    for param in f.params.iter().filter(|p| p.active) {
        let ParamKind::Mem(m) = param.kind else { continue };
        let vector = f.mems[m].access == Access::RefMut && matches!(f.mems[m].ty, Ty::Vec(_));
        let whole = |place: &Place| place.mem == m && place.proj.is_empty();
        if vector && resizes(&f.body, &whole) {
            let what = "changing the length of a vector behind `&mut`";
            return Err((f.mems[m].span, what.to_owned()));
        }
    }
    Ok(())
}

/// Fuses what can be, unless that would make it necessary to undo stores to objects that outlive an iteration.
fn plan(
    prepared: &Prepared,
    layout: &Layout,
    act: &Activity,
    private: &Private,
    split: bool,
) -> (Fusion, Plan) {
    let mut banned = HashSet::default();
    loop {
        let fusion =
            if split { Fusion::default() } else { fuse::find(prepared, layout, act, private, &banned) };
        let plan = Planner::new(prepared, layout, act, private, fusion.fused.clone()).run();
        let bad: Vec<At> =
            fusion.fused.iter().copied().filter(|at| undoes_outside(layout, private, &plan, *at)).collect();
        if bad.is_empty() {
            let narrow = find_narrow(&prepared.f, layout, act, &plan);
            if narrow.is_empty() {
                return (fusion, plan);
            }
            let plan = Planner::new(prepared, layout, act, private, fusion.fused.clone()).with(narrow).run();
            return (fusion, plan);
        }
        banned.extend(bad);
    }
}

fn undoes_outside(layout: &Layout, private: &Private, plan: &Plan, fused: At) -> bool {
    let children = layout.children(fused);
    let inside = |region| children.iter().any(|c| layout.contains(*c, region));
    layout.writes.iter().any(|(mem, writes)| {
        !inside(private.home(layout, *mem)) && writes.iter().any(|w| inside(w.0) && plan.undo.contains(w))
    })
}

/// Active calls become forward halves; an ignored result is bound, since the pullback wants its cotangent.
fn mark_calls(f: &mut Function, act: &Activity) {
    let mut body = std::mem::take(&mut f.body);
    mark_region(f, act, &mut body);
    f.body = body;
}

fn mark_region(f: &mut Function, act: &Activity, region: &mut Region) {
    for stmt in &mut region.stmts {
        if let Stmt::Call(call) = stmt {
            if act.call(call) {
                call.role = CallRole::Forward(f.fresh(Ty::Unknown, call.span));
                if call.result == CallResult::None {
                    call.result = CallResult::Value(f.fresh(Ty::Unknown, call.span));
                }
            }
        }
        for inner in stmt.regions_mut() {
            mark_region(f, act, inner);
        }
    }
}

/// The transform in progress.
pub(crate) struct Reverse<'a> {
    prepared: &'a Prepared,
    layout: &'a Layout,
    act: &'a Activity,
    private: &'a Private,
    fusion: &'a Fusion,
    plan: &'a Plan,
    /// The function under construction: the primal's tables, and what is added.
    f: Function,
    frames: Vec<Frame>,
    shadows: HashMap<MemId, MemId>,
    /// Shadows that are declared already, or are parameters.
    declared: HashSet<MemId>,
    stacks: HashMap<usize, StackId>,
    /// Per object and depth of the place in it.
    arenas: HashMap<(MemId, usize), StackId>,
    /// Copies of what a statement overwrites as a whole.
    snapshots: HashMap<At, Vec<MemId>>,
    /// Per object: the statements that look at it.
    touches: HashMap<MemId, Vec<At>>,
    /// Cotangents of the results of fused statements.
    known: HashMap<ValueId, ValueId>,
    /// Values whose cotangents are objects.
    lent: lent::Lent,
    seed: Seed,
}

impl<'a> Reverse<'a> {
    fn new(
        prepared: &'a Prepared,
        layout: &'a Layout,
        act: &'a Activity,
        private: &'a Private,
        fusion: &'a Fusion,
        plan: &'a Plan,
    ) -> Self {
        let mut f = prepared.f.clone();
        f.body = Region::default();
        Reverse {
            prepared,
            layout,
            act,
            private,
            fusion,
            plan,
            f,
            frames: vec![Frame::new(0)],
            shadows: HashMap::default(),
            declared: HashSet::default(),
            stacks: HashMap::default(),
            arenas: HashMap::default(),
            snapshots: HashMap::default(),
            touches: HashMap::default(),
            known: HashMap::default(),
            lent: lent::find(&prepared.f, layout, act, plan),
            seed: Seed::None,
        }
    }

    fn run(mut self, split: bool) -> Result<Adjoint, Refusal> {
        self.find_touches();
        self.make_seed();
        self.make_buffers();
        let mut out = Vec::new();
        self.early_param_shadows(&mut out);
        self.forward(&self.prepared.f.body, 0, &mut out)?;
        self.keep_result(&mut out, split);
        let at = out.len();
        self.frames[0].out = out;
        if let (Seed::Value(seed), ResultOf::Value(v)) = (self.seed.clone(), self.prepared.f.result.clone()) {
            self.contribute(v, seed);
        }
        self.reverse(&self.prepared.f.body, 0)?;
        let cotangents = self.cotangents();
        let report = self.report();
        let frame = self.frames.remove(0);
        self.f.body = Region { stmts: frame.out, diverges: self.prepared.f.body.diverges };
        Ok(Adjoint { f: self.f, split: at, seed: self.seed, cotangents, assigned: Vec::new(), report })
    }

    fn make_seed(&mut self) {
        let result = self.prepared.f.result.clone();
        self.seed = match result {
            ResultOf::Unit => Seed::None,
            ResultOf::Value(v) if self.prepared.f.values[v].ty.is_passive() => Seed::None,
            ResultOf::Value(v) => {
                let info = crate::ir::ValueInfo { name: None, ..self.f.values[v].clone() };
                Seed::Value(self.f.values.push(info))
            }
            ResultOf::Mem(m) if self.prepared.f.mems[m].ty.is_passive() => Seed::None,
            ResultOf::Mem(m) => {
                let shadow = self.shadow(m);
                self.declared.insert(shadow);
                Seed::Mem(shadow)
            }
        };
    }

    /// The caller's buffers are the shadows of parameters behind references.
    fn make_buffers(&mut self) {
        for param in &self.prepared.f.params {
            let ParamKind::Mem(m) = param.kind else { continue };
            let access = self.prepared.f.mems[m].access;
            if param.active && access != Access::Owned && !self.prepared.f.mems[m].ty.is_passive() {
                let shadow = self.shadow(m);
                self.f.mems[shadow].access = Access::RefMut;
                self.declared.insert(shadow);
            }
        }
    }

    /// By-value aggregates whose shadow the forward sweep already needs; or that it may change to another shape than the
    /// caller's, with nothing on the way back that restores it.
    fn early_param_shadows(&mut self, out: &mut Vec<Stmt>) {
        for param in &self.prepared.f.params {
            let ParamKind::Mem(m) = param.kind else { continue };
            let info = &self.prepared.f.mems[m];
            let wanted = param.active && info.access == Access::Owned && !info.ty.is_passive();
            let reshaped = || {
                !self.act.mem(m)
                    && !info.ty.is_shape_known()
                    && self.prepared.f.body.deep().any(|s| s.written().contains(&m))
            };
            if self.fusion.early.contains(&m) || wanted && reshaped() {
                self.declare_shadow(m, out);
            }
        }
    }

    /// A result that the reverse sweep reads is handed out as a copy.
    fn keep_result(&mut self, out: &mut Vec<Stmt>, split: bool) {
        let ResultOf::Mem(m) = self.prepared.f.result else { return };
        if !split || !self.plan.read_back.contains(&m) {
            return;
        }
        let info = crate::ir::MemInfo { name: None, ..self.f.mems[m].clone() };
        let copy = self.f.mems.push(info);
        out.push(Stmt::Decl { mem: copy, init: Some(Init::From(Operand::Copy(Place::whole(m)))) });
        self.f.result = ResultOf::Mem(copy);
    }

    fn cotangents(&mut self) -> Vec<ParamCotangent> {
        let params = self.prepared.f.params.clone();
        let all = params.iter().map(|p| match p.kind {
            ParamKind::Value(_) if !p.active => ParamCotangent::None,
            ParamKind::Value(v) => ParamCotangent::Value(self.frames[0].cotangents.get(&v).copied()),
            ParamKind::Mem(m) => {
                let access = self.prepared.f.mems[m].access;
                let passive = self.prepared.f.mems[m].ty.is_passive();
                if passive || !p.active {
                    return ParamCotangent::None;
                }
                let shadow = self.shadow(m);
                if access == Access::Owned {
                    let mut out = std::mem::take(&mut self.frames[0].out);
                    self.declare_shadow(m, &mut out);
                    self.frames[0].out = out;
                    ParamCotangent::Owned(shadow)
                } else {
                    ParamCotangent::Buffer(shadow)
                }
            }
        });
        all.collect()
    }

    /// One line per region and value, object or store; `c7` is the user's name, an identifier in the side table.
    fn report(&self) -> Vec<String> {
        let f = &self.prepared.f;
        let quoted = |name: Option<crate::ir::CodeId>| name.map_or(String::new(), |c| format!(" `{c:?}` "));
        let place = |region: &usize| {
            let kind = match self.layout.regions[*region].kind {
                Kind::Top => "function",
                Kind::Arm => "branch",
                Kind::Body => "loop",
                Kind::Header => "loop condition",
            };
            format!("{kind} (region {region})")
        };
        let mut lines = Vec::new();
        for (region, values) in &self.plan.keep {
            for v in values {
                let why = match self.layout.ops.get(v) {
                    None => "made by a loop, a branch or a call, and gone in the reverse sweep".to_string(),
                    Some(Op::Load(p)) => format!("read from {:?}, which is overwritten later", p.mem),
                    Some(Op::Once(_)) => "code that runs only once".to_string(),
                    Some(Op::Apply { func, .. }) => {
                        format!("{}: costly, or its operands are gone", func.name())
                    }
                    Some(_) => "its operands are gone".to_string(),
                };
                lines.push(format!(
                    "{}: value {v:?}{} is kept: {why}",
                    place(region),
                    quoted(f.values[*v].name).trim_end()
                ));
            }
        }
        for (at, inputs) in &self.plan.narrow {
            let body = self.layout.body(*at);
            let name = |v: &ValueId| format!("{v:?}{}", quoted(f.values[*v].name).trim_end());
            let names = inputs.iter().map(name).collect::<Vec<_>>().join(" and ");
            lines.push(format!("{}: the derivatives of an iteration by {names} are kept", place(&body)));
        }
        for (what, table) in [("moved away", &self.plan.keep_mem), ("saved", &self.plan.save)] {
            for (region, mems) in table {
                for m in mems {
                    let name = quoted(f.mems[*m].name);
                    let why = "read by the reverse sweep after the forward sweep is done with it";
                    lines.push(format!(
                        "{}: object {m:?}{} is {what}: {why}",
                        place(region),
                        name.trim_end()
                    ));
                }
            }
        }
        lines
    }
}
