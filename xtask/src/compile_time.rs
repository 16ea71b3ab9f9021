//! Compile time of `#[grad]` against the plain function and the hand-written gradient.
//!
//! Total: `cargo build --release` of a crate with one function, dependencies built before, the best of three.
//! Macro: the compiler's own `macro_expand_crate` pass, by `-Z time-passes` (which a stable compiler gives
//! with `RUSTC_BOOTSTRAP`; used here to measure and for nothing else).

use super::sources::{self, Shape};
use super::{cargo, output, scratch, write_crate, Outcome};
use std::path::Path;
use std::time::Instant;

/// Measures every size and prints a table.
pub fn run() -> Outcome {
    let cases = [
        (Shape::Statements, 10),
        (Shape::Statements, 100),
        (Shape::Statements, 1000),
        (Shape::Loops, 10),
        (Shape::Loops, 100),
    ];
    println!("| function | plain | by hand | #[grad] | #[grad] ÷ hand | #[grad] ÷ plain | macro |");
    println!("|---|---|---|---|---|---|---|");
    for (shape, n) in cases {
        let plain = total(&sources::plain(shape, n))?;
        let hand = total(&sources::by_hand(shape, n))?;
        let source = sources::with_attribute(shape, n);
        let ours = total(&source)?;
        let expansion = macro_seconds(&source)?.map_or("–".to_owned(), |s| format!("{:.0} ms", 1e3 * s));
        println!(
            "| {n} {} | {:.2} s | {:.2} s | {:.2} s | {:.2} | {:.2} | {expansion} |",
            shape.name(),
            plain,
            hand,
            ours,
            ours / hand,
            ours / plain
        );
    }
    Ok(())
}

/// Seconds of one build; dependencies are built by the first, unmeasured one.
fn total(source: &str) -> Result<f64, String> {
    let folder = scratch("compile-time");
    let mut best = f64::INFINITY;
    for attempt in 0..4 {
        // A changed comment makes cargo build the crate again.
        write_crate(&folder, "compile-time", &format!("{source}// {attempt}\n"))?;
        let mut build = cargo();
        build.current_dir(&folder).args(["build", "--release", "--target-dir"]).arg(folder.join("target"));
        let start = Instant::now();
        output(&mut build)?;
        if attempt > 0 {
            best = best.min(start.elapsed().as_secs_f64());
        }
    }
    Ok(best)
}

/// Seconds of the macro expansion pass, if the compiler tells.
fn macro_seconds(source: &str) -> Result<Option<f64>, String> {
    let folder = scratch("compile-time");
    write_crate(&folder, "compile-time", &format!("{source}// passes\n"))?;
    let (stdout, stderr) = output(passes(&folder).arg("-Ztime-passes"))?;
    Ok(pass(&stdout, "macro_expand_crate").or_else(|| pass(&stderr, "macro_expand_crate")))
}

fn passes(folder: &Path) -> std::process::Command {
    let mut command = cargo();
    command
        .current_dir(folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["rustc", "--release", "--target-dir"])
        .arg(folder.join("target-passes"))
        .arg("--");
    command
}

/// `time:   0.012; rss: … macro_expand_crate`.
fn pass(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.trim_start().starts_with("time:") && line.ends_with(name))?;
    line.trim_start().strip_prefix("time:")?.split(';').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::pass;

    #[test]
    fn reads_time_passes() {
        let text =
            "time:   0.001; rss:   10MB\tparse_crate\ntime:   0.125; rss:   20MB\tmacro_expand_crate\n";
        assert_eq!(pass(text, "macro_expand_crate"), Some(0.125));
    }
}
