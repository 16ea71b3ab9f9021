//! A call graph of depth 13 in which each function calls the next one twice: 8192 leaves, 14 functions. The compiler's time
//! and memory must not double with each level.

use super::compile_time::Compiler;
use super::Outcome;
use std::fmt::Write as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const DEPTH: usize = 13;
/// For all of it, by the clock.
const SECONDS: f64 = 10.0;
/// Peak of the compiler. Plain `rustc` takes 0.1 GB for an empty crate.
const MEGABYTES: u64 = 1024;

/// Compiles it at half the depth, and in full.
pub fn run() -> Outcome {
    let compiler = Compiler::new("call-graph")?;
    let mut measured = Vec::new();
    for depth in [DEPTH / 2, DEPTH] {
        let path = compiler.source(&format!("depth_{depth}"), &source(depth))?;
        let mut rustc = Command::new("rustc");
        compiler.arguments(&mut rustc, &path);
        let (seconds, megabytes) = compile(&mut rustc)?;
        println!("depth {depth}, fan-out 2: {seconds:.1} s, {megabytes} MB");
        measured.push((seconds, megabytes));
    }
    match measured.last() {
        Some((seconds, megabytes)) if *seconds < SECONDS && *megabytes < MEGABYTES => Ok(()),
        _ => Err(format!("more than {SECONDS} s or {MEGABYTES} MB")),
    }
}

fn source(depth: usize) -> String {
    let mut text =
        String::from("use backprop::grad;\n#[grad]\npub fn f0(x: f64) -> f64 {\n    x.sin() * x\n}\n");
    for k in 1..=depth {
        let (below, call) = (k - 1, "#[grad]\npub fn");
        let _ = writeln!(
            text,
            "{call} f{k}(x: f64) -> f64 {{\n    f{below}(x * 0.9) + f{below}(x + 0.1).cos()\n}}"
        );
    }
    let _ = writeln!(text, "pub fn gradient(x: f64) -> f64 {{\n    f{depth}::grad(x)\n}}");
    text
}

/// Seconds by the clock, and the compiler's peak of memory.
fn compile(rustc: &mut Command) -> Result<(f64, u64), String> {
    let start = Instant::now();
    let mut child = rustc.spawn().map_err(|e| format!("rustc: {e}"))?;
    let mut peak = 0;
    loop {
        peak = peak.max(resident(&child));
        match child.try_wait().map_err(|e| format!("rustc: {e}"))? {
            Some(status) if status.success() => return Ok((start.elapsed().as_secs_f64(), peak)),
            Some(status) => return Err(format!("rustc: {status}")),
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The peak so far in megabytes, where the system tells.
fn resident(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
