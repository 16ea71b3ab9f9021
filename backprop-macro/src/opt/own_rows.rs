//! A scratch vector that every iteration of a loop overwrites and keeps: each iteration gets a row of one buffer in its place.
//!
//! ```text
//! decl m0 (n numbers); loop p { loop c in a..b { m0[j] = ..; save s0 m0 } .. loop c in a..b rev { restore s0 m0; .. m0[j] .. } }
//!   →
//! decl m1 (n (b - a) numbers); loop p { loop c in a..b { m2 = row m1[n (c - a); n]; m2[j] = .. } .. }
//! ```
//! Nothing is copied, there and back, and no iteration waits for what the one before has stored. Where the second loop is in the
//! same statements as the first: it comes before `p` goes on, and what one `p` kept is gone in the next.

use crate::ir::build::Builder;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{
    Access, Function, Init, Loop, MemId, MemInfo, Op, Operand, Place, Proj, Region, Room, SpanId, StackId,
    Stmt, Ty, ValueId,
};
use crate::rules::Func;

/// In the first `split` statements; their new number.
pub(super) fn own_rows(f: &mut Function, split: usize) -> usize {
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off(split.min(stmts.len()));
    let elsewhere: HashSet<MemId> = second.iter().flat_map(mentioned).collect();
    let mut at = 0;
    while at < stmts.len() {
        let found = match &stmts[at] {
            Stmt::Loop(l) => find(f, &stmts[..at], l, &elsewhere),
            _ => Vec::new(),
        };
        for scratch in found {
            at += rewrite(f, &mut stmts, at, &scratch);
        }
        at += 1;
    }
    let split = stmts.len();
    f.body.stmts = stmts.into_iter().chain(second).collect();
    split
}

struct Scratch {
    mem: MemId,
    stack: StackId,
    len: ValueId,
    lo: End,
    hi: End,
}

/// An end of a range, where the buffer is made.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Value(ValueId),
    Const(i64),
}

/// Every object that a statement names, with those inside, as often as it does.
fn mentioned(stmt: &Stmt) -> Vec<MemId> {
    Mentions::of(|m| stmt.visit_deep(m)).mems
}

/// The scratch vectors in a loop around both.
fn find(f: &Function, before: &[Stmt], around: &Loop, elsewhere: &HashSet<MemId>) -> Vec<Scratch> {
    let constants: HashMap<ValueId, i64> =
        before.iter().chain(&around.body.stmts).filter_map(Stmt::int).collect();
    let own = around.binds();
    let end = |v: ValueId| match constants.get(&v) {
        Some(n) => Some(End::Const(*n)),
        None => (!own.contains(&v)).then_some(End::Value(v)),
    };
    let mut found = Vec::new();
    let stmts = &around.body.stmts;
    for (k, first) in loops(stmts) {
        for (stack, mem) in last_saves(&first.body) {
            let second =
                loops(&stmts[k + 1..]).find(|(_, l)| first_restores(&l.body).contains(&(stack, mem)));
            let (Some((_, second)), false) = (second, elsewhere.contains(&mem)) else { continue };
            let (Some(range), Some(back)) = (first.whole_range(), second.whole_range()) else { continue };
            let plain = range.is_plain() && back.is_plain() && !range.inclusive && !back.inclusive;
            if !plain || (range.lo, range.hi) != (back.lo, back.hi) {
                continue;
            }
            let (Some(len), Some(lo), Some(hi)) = (length(before, mem), end(range.lo), end(range.hi)) else {
                continue;
            };
            let outside = before.iter().filter(|s| !is_shape(s, mem)).flat_map(mentioned).any(|m| m == mem);
            let all = around.body.mentions().get(&mem).copied().unwrap_or_default();
            let number = matches!(&f.mems[mem].ty, Ty::Vec(elem) if elem.is_float());
            if number && !outside && all == elements(first, mem) + elements(second, mem) + 2 {
                found.push(Scratch { mem, stack, len, lo, hi });
            }
        }
    }
    found
}

fn loops(stmts: &[Stmt]) -> impl Iterator<Item = (usize, &Loop)> {
    stmts.iter().enumerate().filter_map(|(k, stmt)| match stmt {
        Stmt::Loop(l) => Some((k, &**l)),
        _ => None,
    })
}

/// Whole objects that are saved when nothing looks at them any more.
fn last_saves(body: &Region) -> Vec<(StackId, MemId)> {
    let whole = |(k, stmt): (usize, &Stmt)| match stmt {
        Stmt::Save { stack, place } if place.proj.is_empty() => {
            let later = body.stmts[k + 1..].iter().flat_map(mentioned).any(|m| m == place.mem);
            (!later).then_some((*stack, place.mem))
        }
        _ => None,
    };
    body.stmts.iter().enumerate().filter_map(whole).collect()
}

/// Whole objects that are put back before anything looks at them.
fn first_restores(body: &Region) -> Vec<(StackId, MemId)> {
    let whole = |(k, stmt): (usize, &Stmt)| match stmt {
        Stmt::Restore { stack, place } if place.proj.is_empty() => {
            let before = body.stmts[..k].iter().flat_map(mentioned).any(|m| m == place.mem);
            (!before).then_some((*stack, place.mem))
        }
        _ => None,
    };
    body.stmts.iter().enumerate().filter_map(whole).collect()
}

/// How many elements it is made with.
fn length(before: &[Stmt], mem: MemId) -> Option<ValueId> {
    before.iter().find_map(|stmt| match stmt {
        Stmt::Decl { mem: m, init: Some(Init::VecRepeat { elem: Operand::Value(_), len }) } if *m == mem => {
            Some(*len)
        }
        _ => None,
    })
}

/// Its declaration, or that of another of its shape.
fn is_shape(stmt: &Stmt, mem: MemId) -> bool {
    match stmt {
        Stmt::Decl { mem: m, init } => *m == mem || is_zero_of(init.as_ref(), mem),
        _ => false,
    }
}

fn is_zero_of(init: Option<&Init>, mem: MemId) -> bool {
    matches!(init, Some(Init::ZeroOf(place)) if *place == Place::whole(mem))
}

/// How often the loop looks at single elements.
fn elements(l: &Loop, mem: MemId) -> usize {
    let single = |place: &Place| place.mem == mem && matches!(place.proj[..], [Proj::Index(_)]);
    l.body.deep().filter(|s| s.element().is_some_and(|e| single(e.place))).count()
}

/// The loop is the statement `at`; how many statements more stand before it afterwards.
fn rewrite(f: &mut Function, stmts: &mut Vec<Stmt>, at: usize, scratch: &Scratch) -> usize {
    let span = f.mems[scratch.mem].span;
    let ty = f.mems[scratch.mem].ty.clone();
    let info = MemInfo { name: None, ..f.mems[scratch.mem].clone() };
    let all = f.mems.push(info);
    let mut b = Builder { f, out: Vec::new() };
    let ends = [scratch.lo, scratch.hi].map(|end| match end {
        End::Value(v) => v,
        End::Const(n) => b.int(n, span),
    });
    let trips = b.let_(Op::Helper { name: "trips", args: ends.to_vec() }, Ty::Int, span);
    let len = b.apply(Func::Mul, &[trips, scratch.len], Ty::Int, span);
    let zero = b.float(0.0, ty.elem(), span);
    b.out.push(Stmt::Decl { mem: all, init: Some(Init::VecRepeat { elem: Operand::Value(zero), len }) });
    let made = std::mem::take(&mut b.out);
    if let Stmt::Loop(around) = &mut stmts[at] {
        for stmt in &mut around.body.stmts {
            if let Stmt::Loop(l) = stmt {
                in_row(b.f, l, all, scratch, span);
            }
        }
    }
    b.f.stacks[scratch.stack] = Room::One;
    let mut first: Vec<Stmt> = Vec::new();
    for mut stmt in stmts.drain(..at) {
        match &mut stmt {
            Stmt::Decl { mem, .. } if *mem == scratch.mem => continue,
            Stmt::Decl { mem: _, init } if is_zero_of(init.as_ref(), scratch.mem) => {
                let mut b = Builder { f: &mut *b.f, out: std::mem::take(&mut first) };
                let zero = b.float(0.0, ty.elem(), span);
                first = b.out;
                *init = Some(Init::VecRepeat { elem: Operand::Value(zero), len: scratch.len });
            }
            _ => {}
        }
        first.push(stmt);
    }
    first.extend(made);
    let more = first.len().saturating_sub(at);
    stmts.splice(0..0, first);
    more
}

/// The vector's elements are those of the iteration's row, in the two loops that keep it and put it back.
fn in_row(f: &mut Function, l: &mut Loop, all: MemId, scratch: &Scratch, span: SpanId) {
    let own = |s: &Stmt| match s {
        Stmt::Save { stack, .. } | Stmt::Restore { stack, .. } => *stack == scratch.stack,
        _ => false,
    };
    let (true, Some(range)) = (l.body.stmts.iter().any(own), l.range.clone()) else { return };
    l.body.stmts.retain(|s| !own(s));
    let mutable = l.body.deep().flat_map(Stmt::written).any(|m| m == scratch.mem);
    let info = MemInfo {
        ty: Ty::Slice(Box::new(f.mems[scratch.mem].ty.elem())),
        access: if mutable { Access::RefMut } else { Access::Ref },
        ..f.mems[scratch.mem].clone()
    };
    let row = f.mems.push(info);
    let mut b = Builder { f, out: Vec::new() };
    let number = match scratch.lo {
        End::Const(0) => range.index,
        End::Const(_) | End::Value(_) => {
            b.let_(Op::Helper { name: "trips", args: vec![range.lo, range.index] }, Ty::Int, span)
        }
    };
    let start = b.apply(Func::Mul, &[number, scratch.len], Ty::Int, span);
    let init = Init::Row { of: Place::whole(all), start, len: scratch.len, mutable, apart: false };
    b.out.push(Stmt::Decl { mem: row, init: Some(init) });
    let mut stmts = b.out;
    stmts.append(&mut l.body.stmts);
    l.body.stmts = stmts;
    rename(&mut l.body, scratch.mem, row);
}

fn rename(region: &mut Region, from: MemId, to: MemId) {
    for stmt in &mut region.stmts {
        if let Some(place) = stmt.element_mut().filter(|place| place.mem == from) {
            place.mem = to;
        }
        stmt.regions_mut().into_iter().for_each(|inner| rename(inner, from, to));
    }
}
