//! Each example of the error index fails for the reason that it stands for: `compile_fail` alone would be content with any.

use super::{cargo, root, target, write};
use std::collections::BTreeMap;
use std::fs;

/// Errors that the compiler reports in its own words.
const OF_THE_COMPILER: [(&str, &str); 3] =
    [("E12", "no tangent type"), ("E13", "error[E0271]"), ("E28", "error[E0433]")];

/// The code of each example, and the program that the documentation's tests make of it.
fn examples(index: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for section in index.split("\n## ").skip(1) {
        let code = section.split(':').next().unwrap_or_default();
        for example in section.split("```compile_fail\n").skip(1) {
            let lines = example.lines().take_while(|line| *line != "```");
            let body: Vec<&str> = lines.map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
            all.push((code.to_owned(), format!("fn main() {{\n{}\n}}\n", body.join("\n"))));
        }
    }
    all
}

#[test]
fn examples_of_errors_fail_for_their_reason() {
    let dir = target().join("error_index");
    let _ = fs::remove_dir_all(dir.join("src"));
    fs::create_dir_all(dir.join("src/bin")).unwrap();
    let manifest = format!(
        "[package]\nname = \"error_index\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n[dependencies]\nbackprop = {{ path = {:?} }}\n",
        root(),
    );
    write(&dir.join("Cargo.toml"), &manifest);
    write(&dir.join("src/lib.rs"), "");
    fs::copy(root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    let index = fs::read_to_string(root().join("src/guide/errors.md")).unwrap();
    let examples = examples(&index);
    let mut expected = BTreeMap::new();
    for (k, (code, program)) in examples.iter().enumerate() {
        let file = format!("{}_{k}.rs", code.to_lowercase());
        write(&dir.join("src/bin").join(&file), program);
        let own = OF_THE_COMPILER.iter().find(|(of, _)| of == code);
        let text = own.map_or_else(|| format!("backprop[{code}]"), |(_, text)| (*text).to_owned());
        expected.insert(file, text);
    }
    let run = cargo(&dir, &["check", "--offline", "--bins", "--keep-going", "--message-format", "short"]);
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    let fails = |file: &str, text: &str| {
        said.lines().any(|line| line.starts_with(&format!("src/bin/{file}:")) && line.contains(text))
    };
    let other: Vec<_> = expected.iter().filter(|(file, text)| !fails(file, text)).collect();
    assert!(expected.len() > 50 && other.is_empty(), "{other:?}\n{said}");
}
