//! A gate that a noisy machine can't fool: instructions of gradient ÷ hand-written, counted by callgrind.
//!
//! The instructions of one call are the difference of two runs, so start-up and set-up cancel out.
//! `benches/counts.txt` holds the recorded ratios; a ratio that grew by more than [`TOLERANCE`] is an error.

use super::{cargo, output, root, Outcome};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Relative change of a ratio that passes.
const TOLERANCE: f64 = 0.03;

/// Calls between the two runs.
const CALLS: u64 = 4;

/// Counts every row; `--write` records the ratios.
pub fn run(arguments: &[String]) -> Outcome {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Err("count: valgrind is not installed; nothing was counted".to_owned());
    }
    let binary = build()?;
    let (rows, _) = output(Command::new(&binary).arg("--list"))?;
    let path = root().join("benches/counts.txt");
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    let mut text = String::from(
        "# Instructions of gradient ÷ hand-written, by `cargo run -p xtask -- count --write`.\n\
         # row, ratio, instructions per call: gradient, hand-written\n",
    );
    let mut worse = Vec::new();
    for row in rows.lines() {
        let (ours, hand) = (per_call(&binary, row, "ours")?, per_call(&binary, row, "hand")?);
        let ratio = ours as f64 / hand as f64;
        let _ = writeln!(text, "{row} {ratio:.4} {ours} {hand}");
        let before = ratio_of(&recorded, row);
        match before {
            None => println!("{row:<12} {ratio:.4}  not recorded"),
            Some(before) => println!("{row:<12} {ratio:.4}  recorded {before:.4}"),
        }
        if before.is_some_and(|before| ratio > before * (1.0 + TOLERANCE)) {
            worse.push(row);
        }
    }
    if arguments.iter().any(|a| a == "--write") {
        return std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()));
    }
    if recorded.is_empty() {
        return Err(format!("count: no {}; record it with --write", path.display()));
    }
    if worse.is_empty() {
        Ok(())
    } else {
        Err(format!("count: more instructions than recorded: {worse:?}"))
    }
}

fn ratio_of(recorded: &str, row: &str) -> Option<f64> {
    let line = recorded.lines().find(|line| line.split(' ').next() == Some(row))?;
    line.split(' ').nth(1)?.parse().ok()
}

/// Builds `benches/count.rs` and returns the binary's path, as cargo names it.
fn build() -> Result<PathBuf, String> {
    let (_, stderr) = output(cargo().args(["bench", "--bench", "count", "--no-run"]))?;
    executable(&stderr)
        .map(|path| if Path::new(path).is_absolute() { path.into() } else { root().join(path) })
        .ok_or_else(|| format!("count: cargo names no executable:\n{stderr}"))
}

/// `Executable benches/count.rs (target/release/deps/count-…)`.
fn executable(stderr: &str) -> Option<&str> {
    let line = stderr.lines().find(|line| line.trim_start().starts_with("Executable"))?;
    Some(line.rsplit_once('(')?.1.trim_end().trim_end_matches(')'))
}

fn per_call(binary: &Path, row: &str, kind: &str) -> Result<u64, String> {
    let (few, many) = (instructions(binary, row, kind, 1)?, instructions(binary, row, kind, 1 + CALLS)?);
    Ok(many.saturating_sub(few) / CALLS)
}

fn instructions(binary: &Path, row: &str, kind: &str, calls: u64) -> Result<u64, String> {
    let (_, stderr) = output(
        Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(binary)
            .args([row, kind, &calls.to_string()]),
    )?;
    collected(&stderr).ok_or_else(|| format!("count: no total in callgrind's output:\n{stderr}"))
}

/// `==123== Collected : 456`.
fn collected(stderr: &str) -> Option<u64> {
    let line = stderr.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_tools_print() {
        let cargo = "    Finished `bench`\n  Executable benches/count.rs (target/release/deps/count-1f)\n";
        assert_eq!(executable(cargo), Some("target/release/deps/count-1f"));
        assert_eq!(collected("==9== Events    : Ir\n==9== Collected : 123456\n"), Some(123_456));
        assert_eq!(ratio_of("# x\ngmm 1.0500 21 20\ngmm-d64 2.0 2 1\n", "gmm-d64"), Some(2.0));
    }
}
