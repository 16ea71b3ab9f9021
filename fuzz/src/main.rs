//! Random programs with `#[grad]`, compared with dual numbers and central differences.
//!
//! ```text
//! cargo run --release -p backprop-fuzz -- programs --count 500 [--seed 1] [--level scalar|loops|columns|calls]
//!     [--inputs special] [--indices wild]
//! cargo run --release -p backprop-fuzz -- oracle --count 500    # the generator's own test, without the attribute
//! cargo run --release -p backprop-fuzz -- replay
//! cargo run --release -p backprop-fuzz -- show --program 123 --level loops
//! ```
//!
//! The last line is `N passed, M failed`; the exit code is not 0 if any failed. A failure of each class is made small
//! and kept in `fuzz/failures/`, which `replay` runs.

#[cfg(test)]
mod against_num_dual;
mod code;
mod compile;
/// The dual numbers that each program is compiled with.
#[cfg(test)]
#[path = "../rt/dual.rs"]
#[allow(clippy::all, clippy::pedantic, dead_code, missing_docs)]
mod dual;
mod generate;
mod glue;
mod program;
mod report;
mod shrink;

use compile::{Bench, Verdict};
use generate::Level;
use program::Program;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

const BATCH: usize = 250;

struct Arguments {
    count: usize,
    seed: u64,
    level: Level,
    program: Option<u64>,
    shrink: usize,
    /// Zeros, infinities, NaN and the like as inputs: values and panics are compared, not derivatives.
    special: bool,
    /// Indices that may be out of range.
    wild: bool,
}

fn arguments() -> Result<(String, Arguments), String> {
    let mut words = env::args().skip(1);
    let verb = words.next().unwrap_or_else(|| "programs".into());
    let mut a = Arguments {
        count: 500,
        seed: 1,
        level: Level::Loops,
        program: None,
        shrink: 6,
        special: false,
        wild: false,
    };
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("{word} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|e| format!("{word} {value}: {e}"));
        match word.as_str() {
            "--count" => a.count = number()? as usize,
            "--seed" => a.seed = number()?,
            "--program" => a.program = Some(number()?),
            "--shrink" => a.shrink = number()? as usize,
            "--inputs" => a.special = value == "special",
            "--indices" => a.wild = value == "wild",
            "--level" => {
                a.level = match value.as_str() {
                    "scalar" => Level::Scalar,
                    "loops" => Level::Loops,
                    "columns" => Level::Columns,
                    "calls" => Level::Calls,
                    _ => return Err(format!("--level scalar, loops, columns or calls, not {value}")),
                }
            }
            _ => return Err(format!("unknown option {word}")),
        }
    }
    Ok((verb, a))
}

fn main() -> ExitCode {
    let result = arguments().map_err(io::Error::other).and_then(|(verb, a)| match verb.as_str() {
        "programs" => programs(&a),
        "oracle" => oracle(&a),
        "replay" => replay(),
        "show" => {
            print!("{}", glue::file(&generate::program(a.program.unwrap_or(a.seed), a.level, a.wild), true));
            Ok(true)
        }
        other => Err(io::Error::other(format!("programs, oracle, replay or show, not {other}"))),
    });
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::from(2)
        }
    }
}

fn programs(a: &Arguments) -> io::Result<bool> {
    let seeds: Vec<u64> = match a.program {
        Some(seed) => vec![seed],
        None => (0..a.count as u64).map(|k| a.seed * 1_000_000 + k).collect(),
    };
    let mut bench = Bench::new()?;
    bench.special = a.special;
    let mut all: Vec<(Program, Verdict)> = Vec::new();
    for seeds in seeds.chunks(BATCH * 4) {
        let list: Vec<Program> = seeds.iter().map(|&s| generate::program(s, a.level, a.wild)).collect();
        let batch = BATCH.min(list.len().div_ceil(2));
        let verdicts = bench.verdicts(&list, batch)?;
        all.extend(list.into_iter().zip(verdicts));
        let failed = all.iter().filter(|(_, v)| v.class().is_some()).count();
        eprintln!("{} of {}, {failed} failed", all.len(), seeds.len().max(a.count));
    }
    report::print(&all);
    let failed = explain(&bench, &all, a)?;
    println!("{} passed, {failed} failed", all.len() - failed);
    Ok(failed == 0)
}

/// The generator's own test: the oracle against the plain functions, without the attribute.
fn oracle(a: &Arguments) -> io::Result<bool> {
    let list: Vec<Program> =
        (0..a.count as u64).map(|k| generate::program(a.seed * 1_000_000 + k, a.level, a.wild)).collect();
    let files: Vec<String> = list.iter().map(|p| glue::file(p, false)).collect();
    let mut verdicts = Bench::new()?.run_files(&files, BATCH.min(files.len().div_ceil(2)), true)?;
    let all: Vec<(Program, Verdict)> =
        list.into_iter().enumerate().filter_map(|(k, p)| Some((p, verdicts.remove(&k)?))).collect();
    report::print(&all);
    let failed: Vec<&(Program, Verdict)> = all.iter().filter(|(_, v)| v.class().is_some()).collect();
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    for (p, v) in &failed {
        let class = v.class().unwrap_or_default();
        let seen = classes.entry(class).or_default();
        *seen += 1;
        if *seen == 1 {
            println!("program {}: {}", p.seed, text(v));
        }
    }
    println!("{classes:#?}\n{} passed, {} failed", all.len() - failed.len(), failed.len());
    Ok(failed.is_empty())
}

/// Prints the failures by class, and the smallest program of the first of each.
fn explain(bench: &Bench, all: &[(Program, Verdict)], a: &Arguments) -> io::Result<usize> {
    let mut classes: BTreeMap<String, Vec<&(Program, Verdict)>> = BTreeMap::new();
    for one in all {
        if let Some(class) = one.1.class() {
            classes.entry(class).or_default().push(one);
        }
    }
    let mut sorted: Vec<_> = classes.iter().collect();
    sorted.sort_by_key(|(class, list)| (class.starts_with("compile"), std::cmp::Reverse(list.len())));
    for (k, (class, list)) in sorted.iter().enumerate() {
        let seeds: Vec<u64> = list.iter().take(8).map(|(p, _)| p.seed).collect();
        println!("\n== {} x {class}; programs {seeds:?}", list.len());
        if k >= a.shrink {
            let what = list.iter().map(|(_, v)| text(v)).min_by_key(String::len).unwrap_or_default();
            println!("{}", what.lines().take(12).collect::<Vec<_>>().join("\n"));
            continue;
        }
        let Some((program, verdict)) = list.iter().min_by_key(|(p, _)| p.size()) else { continue };
        let (small, verdict) = shrink::shrink(bench, program, verdict)?;
        println!("{}", small.print(code::Mode::Plain, true));
        let what = text(&verdict);
        println!("{what}");
        keep(&small, &what, a.level)?;
    }
    Ok(classes.values().map(Vec::len).sum())
}

fn text(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Compile(text) | Verdict::Invalid(text) | Verdict::Mismatch(text) => text.clone(),
        Verdict::Hang => "it doesn't end".into(),
        Verdict::Crash => "the process dies".into(),
        Verdict::Passed { .. } => String::new(),
    }
}

fn failures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("failures")
}

fn keep(program: &Program, what: &str, level: Level) -> io::Result<()> {
    fs::create_dir_all(failures())?;
    let name = format!("{level:?}-{}.rs", program.seed).to_lowercase();
    let comment: String = what.lines().take(1).map(|l| format!("// {l}\n")).collect();
    fs::write(failures().join(name), comment + &glue::file(program, true))
}

/// The failures of the past.
fn replay() -> io::Result<bool> {
    let mut names: Vec<PathBuf> = match fs::read_dir(failures()) {
        Ok(entries) => entries.filter_map(|e| Some(e.ok()?.path())).collect(),
        Err(_) => Vec::new(),
    };
    names.sort();
    let files = names.iter().map(fs::read_to_string).collect::<io::Result<Vec<String>>>()?;
    let verdicts = Bench::new()?.run_files(&files, BATCH, true)?;
    let mut failed = 0;
    for (id, verdict) in &verdicts {
        if verdict.class().is_some() {
            failed += 1;
            println!("== {}\n{}", names[*id].display(), text(verdict));
        }
    }
    println!("{} passed, {failed} failed", verdicts.len() - failed);
    Ok(failed == 0)
}
