//! Every message of the catalogue, as a user sees it: the text, and the token of the user's that it stands on.
//!
//! `TRYBUILD=overwrite cargo test --test ui` blesses; read what it wrote. `cargo test --test ui -- ui trybuild=no_rule`
//! looks at the files of that name only. In `tests/ui/wanted` are cases whose message is not yet one to bless: nothing looks
//! at them until they move to the folder of their stage.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}

/// A code in one of `sources`.
fn missing<'a>(codes: &[&'a str], sources: &str) -> Vec<&'a str> {
    codes.iter().copied().filter(|code| !sources.contains(&format!("[{code}]"))).collect()
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

/// The codes of the catalogue, but for `E99`, which nobody should be able to cause.
fn codes(catalogue: &str) -> Vec<&str> {
    let (_, entries) = catalogue.split_once("messages! {\n").unwrap_or_default();
    let lines = entries.lines().map(str::trim_start);
    let entry = |line: &str| line.starts_with('E') && line[1..3].bytes().all(|b| b.is_ascii_digit());
    lines.filter(|line| entry(line)).map(|line| &line[..3]).filter(|code| *code != "E99").collect()
}

fn blessed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    entries.flat_map(|p| if p.is_dir() { blessed(&p) } else { vec![p] }).collect()
}

#[test]
fn every_message_has_a_case() {
    let catalogue = read("backprop-macro/src/diag/catalog.rs");
    let files = blessed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui"));
    let texts: String =
        files.iter().filter(|p| p.extension().is_some_and(|e| e == "stderr")).map(read).collect();
    assert_eq!(missing(&codes(&catalogue), &texts), [] as [&str; 0]);
}

#[test]
fn every_message_is_in_the_error_index() {
    let catalogue = read("backprop-macro/src/diag/catalog.rs");
    let index = read("src/guide/errors.md");
    let headed = |code: &&str| !index.contains(&format!("\n## {code}: "));
    assert_eq!(codes(&catalogue).into_iter().filter(headed).collect::<Vec<_>>(), [] as [&str; 0]);
}

/// No error stands on the attribute as a whole, whoever reports it: the cause is a token of the user's.
#[test]
fn every_error_points_at_the_users_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut astray = Vec::new();
    for path in blessed(&folder).iter().filter(|p| p.extension().is_some_and(|e| e == "stderr")) {
        let (text, case) = (read(path), read(path.with_extension("rs")));
        let lines: Vec<&str> = case.lines().collect();
        let mut errors = 0;
        let mut before = "";
        for line in text.lines() {
            let place = line.trim_start().strip_prefix("--> ").filter(|_| before.starts_with("error"));
            if let Some(place) = place {
                errors += 1;
                let mut numbers = place.rsplit(':').map(|n| n.parse::<usize>().unwrap_or_default());
                let (column, row) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
                let user = lines.get(row.wrapping_sub(1)).unwrap_or(&"");
                if column == 1 && user.starts_with("#[") && !text.contains("[E59]") {
                    astray.push(place.to_string());
                }
            }
            before = line;
        }
        assert!(errors > 0, "{}", path.display());
    }
    assert_eq!(astray, [] as [&str; 0]);
}

/// The guide has a copy, as a published crate holds only its own files.
#[test]
fn the_table_of_functions_is_the_macros() {
    let ours = read("src/guide/functions.md");
    let table = read("backprop-macro/src/rules/functions.md");
    assert!(!table.is_empty() && ours.ends_with(&table), "copy backprop-macro/src/rules/functions.md");
}
