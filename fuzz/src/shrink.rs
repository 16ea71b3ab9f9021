//! Makes failing programs small.

use crate::compile::{Bench, Verdict};
use crate::program::{Block, Program, Stmt};
use std::io;
use std::time::{Duration, Instant};

const ROUNDS: usize = 40;
const PER_ROUND: usize = 40;
/// Good enough by then.
const TIME: Duration = Duration::from_secs(45);

/// The smallest program found that fails in the same way, and how it fails.
pub fn shrink(bench: &Bench, program: &Program, verdict: &Verdict) -> io::Result<(Program, Verdict)> {
    let (mut best, mut verdict) = (program.clone(), verdict.clone());
    let class = verdict.class();
    let start = Instant::now();
    for round in 0..ROUNDS {
        let mut candidates = smaller(&best);
        candidates.sort_by_key(length);
        candidates.dedup_by_key(|p| p.print(crate::code::Mode::Plain, true));
        candidates.retain(|c| length(c) < length(&best));
        // The largest cuts first, and others in turn.
        let spread = candidates.len().div_ceil(PER_ROUND).max(1);
        let chosen: Vec<Program> = candidates
            .iter()
            .enumerate()
            .filter(|(k, _)| *k < PER_ROUND / 3 || k % spread == round % spread)
            .map(|(_, c)| c.clone())
            .take(PER_ROUND * 4 / 3)
            .collect();
        if chosen.is_empty() || start.elapsed() > TIME {
            break;
        }
        let verdicts = bench.verdicts(&chosen, chosen.len().div_ceil(2))?;
        match chosen.iter().zip(&verdicts).find(|(_, v)| v.class() == class) {
            Some((c, v)) => (best, verdict) = (c.clone(), v.clone()),
            None if chosen.len() == candidates.len() || round > ROUNDS - 5 => break,
            None => {}
        }
    }
    Ok((best, verdict))
}

fn length(p: &Program) -> usize {
    p.print(crate::code::Mode::Plain, true).len()
}

fn smaller(p: &Program) -> Vec<Program> {
    let mut out = Vec::new();
    for k in 0..p.items.len() {
        let mut q = p.clone();
        q.items.remove(k);
        out.push(q);
    }
    for (k, decl) in p.decls.iter().enumerate() {
        let mut q = p.clone();
        q.decls.remove(k);
        out.push(q);
        for decl in cuts(decl) {
            let mut q = p.clone();
            q.decls[k] = decl;
            out.push(q);
        }
    }
    let last = p.funcs.len() - 1;
    for (k, f) in p.funcs.iter().enumerate() {
        if k < last {
            let mut q = p.clone();
            q.funcs.remove(k);
            out.push(q);
        }
        for j in 0..f.params.len() {
            if f.params.len() > 1 && k == last {
                let mut q = p.clone();
                q.funcs[k].params.remove(j);
                out.push(q);
            }
        }
        for body in variants(&f.body) {
            let mut q = p.clone();
            q.funcs[k].body = body;
            out.push(q);
        }
        if let Some(tail) = &f.tail {
            for tail in cuts(tail) {
                let mut q = p.clone();
                q.funcs[k].tail = Some(tail);
                out.push(q);
            }
        }
    }
    out
}

/// Every block that is one step smaller.
fn variants(block: &Block) -> Vec<Block> {
    let mut out = Vec::new();
    let mut size = block.len() / 2;
    while size > 1 {
        for start in (0..block.len()).step_by(size) {
            let end = (start + size).min(block.len());
            let keeps = block[start..end].iter().any(|s| s.keep);
            if !keeps {
                out.push([&block[..start], &block[end..]].concat());
            }
        }
        size /= 2;
    }
    for (k, stmt) in block.iter().enumerate() {
        let with = |new: &[Stmt]| [&block[..k], new, &block[k + 1..]].concat();
        if !stmt.keep {
            out.push(with(&[]));
            out.extend(stmt.blocks.iter().map(|inner| with(inner)));
        }
        out.extend(cuts(stmt).into_iter().map(|s| with(&[s])));
        for (b, inner) in stmt.blocks.iter().enumerate() {
            for smaller in variants(inner) {
                let mut s = stmt.clone();
                s.blocks[b] = smaller;
                out.push(with(&[s]));
            }
        }
    }
    out
}

fn cuts(stmt: &Stmt) -> Vec<Stmt> {
    let mut out = Vec::new();
    for (k, code) in stmt.codes.iter().enumerate() {
        for n in 0..code.cuts() {
            let mut s = stmt.clone();
            s.codes[k] = code.cut(n);
            out.push(s);
        }
    }
    out
}
