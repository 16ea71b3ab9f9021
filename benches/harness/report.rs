//! The measured rows as Markdown.

use super::measure::{Measured, Table};
use super::Kind::{self, Function, Hand, NumDual, Ours, Restructured, Reverse, Tape};
use std::fmt::Write;

/// The whole report.
pub fn markdown(tables: &[Table]) -> String {
    let mut out = String::from(
        "Fastest of each kind. `f` is the function itself, \"hand\" the best hand-written gradient in the order of \
         the\nfunction, \"rewritten\" the best one that restructures the function too. Medians of per-round \
         ratios of thread CPU\ntime; every gradient is checked against the hand-written one first. Bytes are the \
         peak of one call; hand-written\ngradients get their scratch memory from the caller.\n\n\
         | problem | f | ours ÷ f | hand ÷ f | **ours ÷ hand** | rewritten ÷ f | tape ÷ f | num-dual ÷ f | \
         reverse ÷ f | ours: allocations, bytes | f: allocations, bytes |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for table in tables {
        summary(&mut out, table);
    }
    if let Some(mean) = geometric_mean(tables) {
        let _ = writeln!(out, "\nGeometric mean of ours ÷ hand: **{mean:.2}** over {} rows.", tables.len());
    }
    out.push_str("\nWhy the rows over 1.10 are over it: ARCHITECTURE.md, \"Rows over 1.10\".\n");
    out.push_str("\n## Every candidate\n\n");
    out.push_str(
        "| problem | candidate | time | ÷ f | allocations | peak bytes |\n|---|---|---|---|---|---|\n",
    );
    for table in tables {
        details(&mut out, table);
    }
    out
}

/// What the README shows of it.
pub fn short(tables: &[Table]) -> String {
    let mut out = String::from(
        "| problem | gradient ÷ f | by hand ÷ f | gradient ÷ by hand | tape ÷ f | num-dual ÷ f | reverse ÷ f |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for table in tables {
        let over_f = |kind| over(table, kind, Function);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            table.name,
            over_f(Ours),
            over_f(Hand),
            over(table, Ours, Hand),
            over_f(Tape),
            over_f(NumDual),
            over_f(Reverse),
        );
    }
    if let Some(mean) = geometric_mean(tables) {
        let _ = writeln!(out, "\nGeometric mean of gradient ÷ by hand: {mean:.2}.");
    }
    out
}

/// The geometric mean of gradient ÷ hand over all rows.
pub fn geometric_mean(tables: &[Table]) -> Option<f64> {
    let logs: Option<Vec<f64>> = tables.iter().map(|t| t.ratio_of(&[Ours], &[Hand]).map(f64::ln)).collect();
    let logs = logs.filter(|l| !l.is_empty())?;
    Some((logs.iter().sum::<f64>() / logs.len() as f64).exp())
}

fn over(table: &Table, kind: Kind, of: Kind) -> String {
    match table.ratio_of(&[kind], &[of]) {
        Some(ratio) => format!("{ratio:.2}"),
        None if table.candidates.iter().any(|c| c.kind == kind) => "wrong".to_owned(),
        None => "–".to_owned(),
    }
}

fn summary(out: &mut String, table: &Table) {
    let over_f = |kind: Kind| over(table, kind, Function);
    let time = table.fastest(&[Function]).and_then(|f| f.seconds).map_or("–".to_owned(), duration);
    let over_hand = table.ratio_of(&[Ours], &[Hand]).map_or("–".to_owned(), |r| format!("**{r:.2}**"));
    let memory =
        |kind| table.fastest(&[kind]).map_or("–".to_owned(), |m| format!("{}, {}", m.allocations, m.peak));
    let _ = writeln!(
        out,
        "| {} | {time} | {} | {} | {over_hand} | {} | {} | {} | {} | {} | {} |",
        table.name,
        over_f(Ours),
        over_f(Hand),
        over_f(Restructured),
        over_f(Tape),
        over_f(NumDual),
        over_f(Reverse),
        memory(Ours),
        memory(Function),
    );
}

fn details(out: &mut String, table: &Table) {
    let Some(f) = table.fastest(&[Function]) else { return };
    for m in &table.candidates {
        let (time, ratio) = match (m.seconds, table.ratio(m, f)) {
            (Some(s), Some(r)) => (duration(s), format!("{r:.2}")),
            _ => ("wrong gradient".to_owned(), format!("off by {:.1e}", m.error)),
        };
        let Measured { kind, name, allocations, peak, .. } = m;
        let _ = writeln!(
            out,
            "| {} | {kind:?}: {name} | {time} | {ratio} | {allocations} | {peak} |",
            table.name
        );
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.0} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.2} µs", s * 1e6),
        s => format!("{:.2} ms", s * 1e3),
    }
}
