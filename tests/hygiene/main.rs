//! Small consumer crates, each with a habit that breaks careless expansions, compiled as one workspace and tested.
//!
//! `HYGIENE_ONLY=renamed cargo test --test hygiene` looks at the crates of that name only.
//!
//! Traps that careless attribute macros fall into, and which test shows that this one does not:
//!
//! | trap | test |
//! |---|---|
//! | T1 precedence lost in the function that a `macro_rules!` makes | `run`: `captured_expressions_keep_their_precedence`; crate `macro_rules` |
//! | T2 two variables of one name, told apart by hygiene | `run`: `macro_hygiene_of_variables`; crate `macro_rules` |
//! | T3 `#[cfg]` inside of the body | `run`: `cfg_on_statements_is_honoured`; `ui`: `lower/cfg_inside`; crate `conditional` |
//! | T4 generated locals that the user's code sees | `run`: `v01_numbered_names_in_any_order` |
//! | T5 constants, statics and unit structs that turn a `let` into a pattern | `run`: `v01_constants_named_like_generated_variables`; crate `items_named_alike` |
//! | T6 `f64`, `Vec`, `Option`, `core` that mean something else | crates `shadowed`, `shadowed_f64`, `no_prelude`; `run`: `v02_*` |
//! | T7 lints that are forbidden, so that nothing can be allowed | crate `lints` |
//! | T8 `deny(missing_docs)` | crates `basic`, `lints`, `types` |
//! | T9 a renamed dependency | crate `renamed`; `run`: `v13_the_path_of_the_crate` |
//! | T10 raw identifiers | `run`: `v01_raw_identifiers`, `v01_raw_function_name`; crate `identifiers` |
//! | T11 methods of a trait | `ui`: `signature/trait_method` |
//! | T12 `no_std` | crate `no_std` |
//! | T13 deep input | the macro's `robustness::deep_input_is_answered`; `ui`: `lower/too_deep` |
//! | T14 output that grows faster than the function | the macro's `robustness::size` |
//! | T15 a companion whose name is taken | `run`: `v15_another_name_for_the_companion`; `ui`: `signature/companion_name` |

mod error_index;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A crate: its name is the file in `crates/`.
struct Consumer {
    name: &'static str,
    editions: &'static [u32],
    /// Its name for backprop.
    dependency: &'static str,
    std: bool,
    source: &'static str,
}

macro_rules! consumer {
    ($name:literal, $editions:expr) => {
        consumer!($name, $editions, "backprop", true)
    };
    ($name:literal, $editions:expr, $dependency:literal, $std:literal) => {
        Consumer {
            name: $name,
            editions: &$editions,
            dependency: $dependency,
            std: $std,
            source: include_str!(concat!("crates/", $name, ".rs")),
        }
    };
}

fn consumers() -> Vec<Consumer> {
    vec![
        consumer!("basic", [2015, 2018, 2021, 2024]),
        consumer!("renamed", [2018, 2021, 2024], "ad", true),
        consumer!("no_prelude", [2018, 2021, 2024]),
        consumer!("shadowed", [2018, 2021, 2024]),
        consumer!("shadowed_f64", [2021]),
        consumer!("macro_rules", [2018, 2021, 2024]),
        consumer!("items_named_alike", [2021, 2024]),
        consumer!("imports", [2018, 2021, 2024]),
        consumer!("identifiers", [2021, 2024]),
        consumer!("conditional", [2021]),
        consumer!("lints", [2018, 2021, 2024]),
        consumer!("types", [2021, 2024]),
        consumer!("no_std", [2021, 2024], "backprop", false),
    ]
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from).join("hygiene")
}

fn write(path: &Path, text: &str) {
    if !fs::read_to_string(path).is_ok_and(|old| old == text) {
        fs::write(path, text).unwrap();
    }
}

/// A workspace of the chosen crates; the packages' names.
fn workspace(folder: &str, chosen: impl Fn(&Consumer) -> bool) -> (PathBuf, Vec<String>) {
    let only = std::env::var("HYGIENE_ONLY").ok();
    let dir = target().join(folder);
    fs::create_dir_all(&dir).unwrap();
    let mut packages = Vec::new();
    for c in consumers().iter().filter(|c| chosen(c) && only.as_ref().is_none_or(|o| o == c.name)) {
        for edition in c.editions {
            let package = format!("{}_{edition}", c.name);
            let source = dir.join(&package).join("src");
            fs::create_dir_all(&source).unwrap();
            let features = if c.std { "" } else { ", default-features = false" };
            let manifest = format!(
                "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n[dependencies]\n{} = {{ package = \"backprop\", path = {:?}{features} }}\n",
                c.dependency,
                root(),
            );
            write(&source.parent().unwrap().join("Cargo.toml"), &manifest);
            write(&source.join("lib.rs"), c.source);
            packages.push(package);
        }
    }
    let members: Vec<String> = packages.iter().map(|p| format!("{p:?}")).collect();
    let manifest = format!(
        "[workspace]\nresolver = \"2\"\nmembers = [{}]\n\n[profile.dev]\ndebug = 0\nincremental = false\n",
        members.join(", ")
    );
    write(&dir.join("Cargo.toml"), &manifest);
    fs::copy(root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    (dir, packages)
}

fn cargo(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(arguments)
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", target().join("build"))
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap()
}

/// What the compiler says about the packages, or which tests fail.
fn errors(output: &Output) -> String {
    let text =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let skip =
        ["   Compiling", "    Checking", "     Running", "   Doc-tests", "running ", "test result: ok"];
    let lines = text.lines().filter(|l| !l.trim().is_empty() && !skip.iter().any(|s| l.starts_with(s)));
    lines.filter(|l| !l.ends_with("... ok")).collect::<Vec<&str>>().join("\n")
}

#[test]
fn consumers_compile_and_compute() {
    let (dir, packages) = workspace("std", |c| c.std);
    if packages.is_empty() {
        return;
    }
    let build = cargo(&dir, &["build", "--offline", "--workspace", "--tests", "--keep-going"]);
    assert!(build.status.success(), "{}", errors(&build));
    let run = cargo(&dir, &["test", "--offline", "--workspace", "--lib", "--no-fail-fast"]);
    assert!(run.status.success(), "{}", errors(&run));
    let passed = String::from_utf8_lossy(&run.stdout).matches("test result: ok").count();
    assert_eq!(passed, packages.len(), "{}", errors(&run));
}

/// Alone, since cargo would give it the features that other crates ask for.
#[test]
fn consumers_without_std_compile_and_compute() {
    let (dir, packages) = workspace("core", |c| !c.std);
    if packages.is_empty() {
        return;
    }
    let run = cargo(&dir, &["test", "--offline", "--workspace", "--lib", "--no-fail-fast"]);
    assert!(run.status.success(), "{}", errors(&run));
}

/// No lint of clippy fires in expansions, if clippy is installed. (The other crates have habits that it dislikes.)
#[test]
fn clippy_is_silent() {
    let (dir, packages) =
        workspace("clippy", |c| ["basic", "lints", "types", "macro_rules"].contains(&c.name));
    let installed = cargo(&dir, &["clippy", "--version"]).status.success();
    if packages.is_empty() || !installed {
        return;
    }
    let lints = ["-Dclippy::all", "-Dclippy::pedantic", "-Dclippy::nursery"];
    // What the functions as they are written would be told as well.
    let user = [
        "suboptimal_flops",
        "missing_const_for_fn",
        "cast_precision_loss",
        "many_single_char_names",
        "needless_range_loop",
        "derive_partial_eq_without_eq",
    ];
    let user: Vec<String> = user.iter().map(|l| format!("-Aclippy::{l}")).collect();
    let arguments = ["clippy", "--offline", "--workspace", "--lib", "--keep-going", "--"];
    let user: Vec<&str> = user.iter().map(String::as_str).collect();
    let run = cargo(&dir, &[&arguments[..], &lints[..], &user[..]].concat());
    assert!(run.status.success(), "{}", errors(&run));
}
