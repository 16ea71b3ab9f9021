//! Compile time of `#[grad]` against the plain function and the hand-written gradient.
//!
//! Each version is a crate of one function at `-O3`, compiled by `rustc` alone: `#[grad]` with one caller of the
//! gradient, because what nobody calls is not translated. The macro is built as in a user's release build. User
//! and system CPU time of the compiler, rounds that interleave the versions, minima.
//! Macro: the compiler's own `macro_expand_crate` pass, by `-Z time-passes` (which a stable compiler gives
//! with `RUSTC_BOOTSTRAP`; used here to measure and for nothing else).

use super::sources::{self, Shape};
use super::{cargo, output, root, scratch, write_crate, Outcome};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const CASES: [(Shape, usize); 5] = [
    (Shape::Statements, 10),
    (Shape::Statements, 100),
    (Shape::Statements, 1000),
    (Shape::Loops, 10),
    (Shape::Loops, 100),
];

/// Seconds of one case.
#[derive(Clone, Copy)]
struct Seconds {
    plain: f64,
    hand: f64,
    ours: f64,
    expansion: f64,
}

/// Measures every size and prints a table; `--rounds N`, `--write` into `benches/COMPILE_TIME.md`.
pub fn run(arguments: &[String]) -> Outcome {
    let rounds = match arguments.iter().position(|a| a == "--rounds").map(|at| arguments.get(at + 1)) {
        None => 7,
        Some(n) => n.and_then(|n| n.parse().ok()).ok_or("--rounds takes a number")?,
    };
    let compiler = Compiler::new("compile-time")?;
    let mut table = String::from(
        "| function | plain | by hand | #[grad] | #[grad] ÷ hand | #[grad] ÷ plain | macro |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for (shape, n) in CASES {
        let Seconds { plain, hand, ours, expansion } = compiler.case(shape, n, rounds)?;
        let _ = writeln!(
            table,
            "| {n} {} | {:.0} ms | {:.0} ms | {:.0} ms | {:.2} | {:.2} | {:.0} ms |",
            shape.name(),
            1e3 * plain,
            1e3 * hand,
            1e3 * ours,
            ours / hand,
            ours / plain,
            1e3 * expansion
        );
    }
    print!("{table}");
    match arguments.iter().any(|a| a == "--write") {
        true => write_table(&table),
        false => Ok(()),
    }
}

fn write_table(table: &str) -> Outcome {
    let text = format!(
        "# Compile time\n\nWritten by `cargo run --release -p xtask -- compile-time --write`.\n\n\
         CPU time of `rustc -C opt-level=3` for a crate of one function: alone, with the gradient by hand, and with\n\
         `#[grad]` and one caller of the gradient. Minima over interleaved rounds. \"macro\" is the time of macro\n\
         expansion by the clock; the macro is not optimised, as in any build.\n\n{table}"
    );
    std::fs::write(root().join("benches/COMPILE_TIME.md"), text).map_err(|e| e.to_string())
}

/// The compiler, with `backprop` built.
pub(super) struct Compiler {
    folder: PathBuf,
    dependencies: PathBuf,
    library: PathBuf,
}

impl Compiler {
    /// In a folder of this name.
    pub(super) fn new(name: &str) -> Result<Self, String> {
        let folder = scratch(name);
        write_crate(&folder, name, "")?;
        let target = folder.join("target");
        output(cargo().current_dir(&folder).args(["build", "--release", "--target-dir"]).arg(&target))?;
        let dependencies = target.join("release/deps");
        let library = newest(&dependencies, "libbackprop-")?;
        Ok(Self { folder, dependencies, library })
    }

    fn case(&self, shape: Shape, n: usize, rounds: usize) -> Result<Seconds, String> {
        let plain = self.source("plain", &sources::plain(shape, n))?;
        let hand = self.source("hand", &sources::by_hand(shape, n))?;
        let ours = self.source("ours", &sources::with_attribute(shape, n))?;
        let mut best = Seconds {
            plain: f64::INFINITY,
            hand: f64::INFINITY,
            ours: f64::INFINITY,
            expansion: f64::INFINITY,
        };
        for _ in 0..rounds {
            best.plain = best.plain.min(self.cpu_seconds(&plain)?);
            best.hand = best.hand.min(self.cpu_seconds(&hand)?);
            best.ours = best.ours.min(self.cpu_seconds(&ours)?);
            best.expansion = best.expansion.min(self.macro_seconds(&ours)?);
        }
        Ok(best)
    }

    pub(super) fn source(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(format!("{name}.rs"));
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(path)
    }

    /// The compiler's arguments for one crate.
    pub(super) fn arguments(&self, command: &mut Command, source: &Path) {
        command
            .args(["--edition", "2021", "--crate-type", "lib", "-C", "opt-level=3", "--out-dir"])
            .arg(self.folder.join("out"))
            .arg("-L")
            .arg(format!("dependency={}", self.dependencies.display()))
            .arg("--extern")
            .arg(format!("backprop={}", self.library.display()))
            .arg(source);
    }

    /// User and system time: the shell's `time` gives milliseconds.
    fn cpu_seconds(&self, source: &Path) -> Result<f64, String> {
        let mut shell = Command::new("bash");
        shell.current_dir(root()).args(["-c", "TIMEFORMAT='cpu %U %S'; time \"$@\"", "bash", "rustc"]);
        self.arguments(&mut shell, source);
        let (_, stderr) = output(&mut shell)?;
        cpu(&stderr).ok_or_else(|| format!("no time in:\n{stderr}"))
    }

    /// Seconds of the macro expansion pass.
    fn macro_seconds(&self, source: &Path) -> Result<f64, String> {
        let mut rustc = Command::new("rustc");
        rustc.current_dir(root()).env("RUSTC_BOOTSTRAP", "1").args(["-Ztime-passes", "--emit=metadata"]);
        self.arguments(&mut rustc, source);
        let (stdout, stderr) = output(&mut rustc)?;
        pass(&stdout, "macro_expand_crate")
            .or_else(|| pass(&stderr, "macro_expand_crate"))
            .ok_or_else(|| "no macro_expand_crate in -Ztime-passes".to_owned())
    }
}

/// The newest library in a folder whose name starts so.
fn newest(folder: &Path, start: &str) -> Result<PathBuf, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    entries
        .filter_map(Result::ok)
        .filter(|e| e.file_name().to_str().is_some_and(|n| n.starts_with(start) && n.ends_with(".rlib")))
        .max_by_key(|e| e.metadata().and_then(|m| m.modified()).ok())
        .map(|e| e.path())
        .ok_or_else(|| format!("no {start}*.rlib in {}", folder.display()))
}

/// `cpu 0.123 0.045`.
fn cpu(text: &str) -> Option<f64> {
    let line = text.lines().rev().find_map(|line| line.strip_prefix("cpu "))?;
    line.split_whitespace().map(|s| s.parse::<f64>().ok()).sum()
}

/// `time:   0.012; rss: … macro_expand_crate`.
fn pass(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.trim_start().starts_with("time:") && line.ends_with(name))?;
    line.trim_start().strip_prefix("time:")?.split(';').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{cpu, pass};

    #[test]
    fn reads_time_passes() {
        let text =
            "time:   0.001; rss:   10MB\tparse_crate\ntime:   0.125; rss:   20MB\tmacro_expand_crate\n";
        assert_eq!(pass(text, "macro_expand_crate"), Some(0.125));
    }

    #[test]
    fn reads_the_shells_time() {
        assert_eq!(cpu("warning: x\n\ncpu 0.500 0.250\n"), Some(0.75));
        assert_eq!(cpu("cpu a b"), None);
    }
}
