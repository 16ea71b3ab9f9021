//! Proves from the emitted code that adjoint inner loops are packed on the default target.

use super::asm::{has, innermost_loops, Assembly};
use super::{call, cargo, scratch, write_crate, Outcome};
use std::path::Path;

/// The functions, and a wrapper per gradient that the check starts from.
const SOURCE: &str = include_str!("../data/vectorised.rs");

/// A wrapper, and the instructions that one innermost loop below it must have together.
const EXPECTED: [(&str, &[&str]); 5] = [
    ("dot_adjoint", &["mulpd", "addpd"]),
    ("axpy_adjoint", &["mulpd", "addpd"]),
    ("matvec_adjoint", &["mulpd", "addpd"]),
    ("stencil_adjoint", &["mulpd", "addpd"]),
    ("layer_adjoint", &["mulpd", "addpd"]),
];

/// Builds a small crate and looks at its assembly.
pub fn run() -> Outcome {
    if !cfg!(target_arch = "x86_64") {
        return Err("vectorised: only x86-64 is looked at".to_owned());
    }
    let folder = scratch("vectorised");
    write_crate(&folder, "vectorised", SOURCE)?;
    let target = folder.join("target");
    call(
        cargo()
            .current_dir(&folder)
            .args(["rustc", "--release", "--quiet", "--target-dir"])
            .arg(&target)
            .args(["--", "--emit", "asm", "-C", "codegen-units=1"]),
    )?;
    let text = assembly(&target.join("release/deps"))?;
    let assembly = Assembly::parse(&text);
    let packed = |(name, operations): &(&str, &[&str])| {
        let loops = assembly
            .reachable(name)
            .iter()
            .flat_map(|body| innermost_loops(body))
            .filter(|lines| operations.iter().all(|operation| has(lines, operation)))
            .count();
        println!("{name:<16} {loops} innermost loops with {}", operations.join(" and "));
        loops > 0
    };
    let scalar: Vec<&str> = EXPECTED.iter().filter(|row| !packed(row)).map(|row| row.0).collect();
    if scalar.is_empty() {
        Ok(())
    } else {
        Err(format!("vectorised: no packed inner loop in {scalar:?}"))
    }
}

/// The newest assembly file of the crate.
fn assembly(folder: &Path) -> Result<String, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let newest = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "s"))
        .max_by_key(|path| path.metadata().and_then(|m| m.modified()).ok());
    let path = newest.ok_or_else(|| format!("no assembly in {}", folder.display()))?;
    std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
}
