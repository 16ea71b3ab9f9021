//! What `cargo run -p xtask -- count` runs under callgrind: `count <row> <ours|hand> <calls>`, or `count --list`.

// The harness is made for `speed`; this target uses its rows only.
#![allow(dead_code)]

mod harness;
mod peers;
mod problems;

use harness::{Kind, Scale, ROWS};
use std::hint::black_box;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [row, kind, calls] = words[..] else {
        for (name, _) in ROWS {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let kind = if kind == "hand" { Kind::Hand } else { Kind::Ours };
    let build = ROWS.iter().find(|(name, _)| *name == row);
    let (Some((_, build)), Ok(calls)) = (build, calls.parse::<u32>()) else {
        eprintln!("usage: count <row> <ours|hand> <calls>");
        return ExitCode::FAILURE;
    };
    let mut row = build(Scale::Quick);
    let mut d = vec![0.0; row.size];
    let Some(candidate) = row.candidates.iter_mut().find(|c| c.kind == kind) else {
        eprintln!("no such candidate");
        return ExitCode::FAILURE;
    };
    for _ in 0..calls {
        black_box((candidate.run)(black_box(&mut d)));
    }
    ExitCode::SUCCESS
}
