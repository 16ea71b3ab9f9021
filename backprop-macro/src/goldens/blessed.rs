//! The printed forms against the blessed files.

use super::programs::{Program, PROGRAMS};
use super::stages::{generated, Stages};
use std::fmt::Write;
use std::path::PathBuf;

fn intermediate(program: &Program) -> String {
    let stages = Stages::of(program);
    let mut out = program.text();
    let kind = if stages.joint { "joint" } else { "split" };
    let mut section = |title: &str, text: &str| {
        let _ = write!(out, "\n--- {title}\n{}\n", text.trim_end());
    };
    section("primal", &stages.print(&stages.primal));
    section(&format!("adjoint, {kind}, optimised"), &stages.print(&stages.adjoint.f));
    if program.options == "forward" {
        section("tangent, in blocks", &stages.print(&stages.in_blocks()));
    }
    if program.name == "rows" {
        section("adjoint, all rows at once", &stages.print(&stages.in_rows()));
    }
    let report = stages.report();
    section("stored", if report.is_empty() { "nothing" } else { "" }.to_string().as_str());
    for line in &report {
        let _ = writeln!(out, "{line}");
    }
    out
}

fn rust(program: &Program) -> String {
    let name = match Stages::of(program).joint {
        _ if program.options == "forward" => "__jvp_blocks",
        _ if program.name == "rows" => "__core_lanes",
        true => "__core",
        false => "__fwd",
    };
    format!("{}\n// Generated:\n{}", program.text(), generated(program, name))
}

/// Compares with the file, or rewrites it; what differs, if anything does.
fn differs(program: &Program, extension: &str, text: &str) -> Option<String> {
    let file = format!("tests/golden/{}.{extension}", program.name);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(&file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).expect("writable");
        return None;
    }
    let blessed = std::fs::read_to_string(&path).unwrap_or_default();
    if blessed == text {
        return None;
    }
    let same = blessed.lines().zip(text.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("<end>").to_string();
    Some(format!("{file}:{}\n  blessed: {}\n  now:     {}", same + 1, line(&blessed), line(text)))
}

#[test]
fn the_printed_forms_are_as_blessed() {
    let changed: Vec<String> = PROGRAMS
        .iter()
        .flat_map(|p| [differs(p, "ir", &intermediate(p)), differs(p, "rs", &rust(p))])
        .flatten()
        .collect();
    assert!(changed.is_empty(), "review, then BLESS=1:\n{}", changed.join("\n"));
}

#[test]
fn every_file_has_its_program() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        assert!(PROGRAMS.iter().any(|p| p.name == stem), "{} is left over", path.display());
    }
}

/// A pass over an expansion that depends on the order of a hash map would make goldens (and builds) flicker.
#[test]
fn the_same_input_makes_the_same_output() {
    for program in PROGRAMS {
        assert_eq!(rust(program), rust(program), "{}", program.name);
        assert_eq!(intermediate(program), intermediate(program), "{}", program.name);
    }
}
