//! Compiles programs in batches, with one target directory, and runs them.
//!
//! A program that doesn't compile is left out, and the rest of its batch is compiled again: an error in one phase of
//! the compiler hides those of later phases.

use crate::glue;
use crate::program::Program;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, io};

/// What became of a program.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Everything agrees.
    Passed {
        /// The worst relative error.
        worst: f64,
        /// Central differences are off by more than 1e-4.
        differences: bool,
        /// The value or the gradient isn't finite somewhere.
        nonfinite: bool,
        /// The function panics somewhere, and so does the gradient.
        panics: bool,
    },
    /// It doesn't compile.
    Compile(String),
    /// It doesn't compile without the attribute either: the generator's fault.
    Invalid(String),
    /// A number is wrong.
    Mismatch(String),
    /// It doesn't end.
    Hang,
    /// The process died.
    Crash,
}

impl Verdict {
    /// Failures of one class probably have one cause.
    pub fn class(&self) -> Option<String> {
        match self {
            Verdict::Passed { .. } => None,
            Verdict::Compile(text) => Some(format!("compile: {}", blur(text))),
            Verdict::Invalid(text) => Some(format!("generator: {}", blur(text))),
            Verdict::Mismatch(text) => {
                Some(format!("mismatch: {}", text.split([':', ' ']).take(2).collect::<Vec<_>>().join(" ")))
            }
            Verdict::Hang => Some("hang".into()),
            Verdict::Crash => Some("crash".into()),
        }
    }
}

/// The first line without names and numbers.
fn blur(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut out = String::new();
    let mut quoted = false;
    for ch in line.chars() {
        match ch {
            '`' => {
                quoted = !quoted;
                if quoted {
                    out.push_str("`_`");
                }
            }
            _ if quoted || ch.is_ascii_digit() => {}
            _ => out.push(ch),
        }
    }
    out
}

/// Where programs are compiled.
pub struct Bench {
    root: PathBuf,
    dir: PathBuf,
    target: PathBuf,
    /// Inputs are zeros, infinities, NaN and the like.
    pub special: bool,
}

impl Bench {
    /// A fresh folder below the workspace's `target`.
    pub fn new() -> io::Result<Bench> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let target = target.join("fuzz");
        let dir = target.join("programs");
        let runtime = dir.join("fuzz_rt");
        fs::create_dir_all(runtime.join("src"))?;
        fs::copy(root.join("Cargo.lock"), dir.join("Cargo.lock"))?;
        fs::write(
            runtime.join("Cargo.toml"),
            "[package]\nname = \"fuzz_rt\"\nversion = \"0.0.0\"\nedition = \"2021\"\n",
        )?;
        update(&runtime.join("src/lib.rs"), include_str!("../rt/lib.rs"))?;
        update(&runtime.join("src/dual.rs"), include_str!("../rt/dual.rs"))?;
        update(&runtime.join("src/check.rs"), include_str!("../rt/check.rs"))?;
        Ok(Bench { root, dir, target, special: false })
    }

    /// The verdicts, in order.
    pub fn verdicts(&self, programs: &[Program], batch: usize) -> io::Result<Vec<Verdict>> {
        let files: Vec<String> = programs.iter().map(|p| glue::file(p, true)).collect();
        let mut errors = self.run_files(&files, batch, true)?;
        let failed: Vec<usize> =
            (0..programs.len()).filter(|&k| matches!(errors.get(&k), Some(Verdict::Compile(_)))).collect();
        if !failed.is_empty() {
            let plain: Vec<String> = failed.iter().map(|&k| glue::file(&programs[k], false)).collect();
            for (at, verdict) in self.run_files(&plain, batch, false)? {
                if let Verdict::Compile(text) = verdict {
                    errors.insert(failed[at], Verdict::Invalid(text));
                }
            }
        }
        Ok((0..programs.len()).map(|k| errors.remove(&k).unwrap_or(Verdict::Crash)).collect())
    }

    /// The verdicts of files as `glue` makes them.
    pub fn run_files(
        &self,
        files: &[String],
        batch: usize,
        run: bool,
    ) -> io::Result<BTreeMap<usize, Verdict>> {
        let mut out = BTreeMap::new();
        let stem = if run { "batch" } else { "plain" };
        let crates: Vec<(String, Vec<usize>)> = (0..files.len())
            .collect::<Vec<usize>>()
            .chunks(batch)
            .enumerate()
            .map(|(k, ids)| (format!("{stem}_{k}"), ids.to_vec()))
            .collect();
        self.manifests(&crates)?;
        for (name, ids) in &crates {
            for id in ids {
                fs::write(self.dir.join(name).join(format!("src/p{id}.rs")), &files[*id])?;
            }
        }
        let mut executables = BTreeMap::new();
        for _ in 0..12 {
            for (name, ids) in &crates {
                let alive: Vec<usize> = ids.iter().copied().filter(|id| !out.contains_key(id)).collect();
                self.list(name, &alive)?;
            }
            let found = self.build(&mut executables)?;
            if found.is_empty() {
                break;
            }
            for (id, text) in found {
                out.entry(id).or_insert(Verdict::Compile(text));
            }
        }
        for (name, ids) in &crates {
            let alive: Vec<usize> = ids.iter().copied().filter(|id| !out.contains_key(id)).collect();
            match executables.get(name) {
                Some(path) if run => self.run(path, alive, &mut out)?,
                _ => {}
            }
        }
        Ok(out)
    }

    fn manifests(&self, crates: &[(String, Vec<usize>)]) -> io::Result<()> {
        let members: Vec<String> = crates.iter().map(|(n, _)| format!("\"{n}\"")).collect();
        let text = format!(
            "[workspace]\nresolver = \"2\"\nmembers = [\"fuzz_rt\", {}]\n\n[profile.dev]\nopt-level = 0\ndebug = 0\nincremental = false\n",
            members.join(", ")
        );
        update(&self.dir.join("Cargo.toml"), &text)?;
        for (name, _) in crates {
            let folder = self.dir.join(name);
            if folder.join("src").exists() {
                fs::remove_dir_all(folder.join("src"))?;
            }
            fs::create_dir_all(folder.join("src"))?;
            let text = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\nfuzz_rt = {{ path = \"../fuzz_rt\" }}\nbackprop = {{ path = {:?} }}\n",
                self.root
            );
            update(&folder.join("Cargo.toml"), &text)?;
        }
        Ok(())
    }

    fn list(&self, name: &str, ids: &[usize]) -> io::Result<()> {
        let mut text = String::from("#![allow(warnings, unconditional_panic, arithmetic_overflow)]\n");
        for id in ids {
            let _ = writeln!(text, "mod p{id};");
        }
        text.push_str("fn main() {\n    fuzz_rt::check::main(&[\n");
        for id in ids {
            let _ = writeln!(text, "        ({id}, p{id}::check as fn(&mut fuzz_rt::check::Run)),");
        }
        text.push_str("    ]);\n}\n");
        update(&self.dir.join(name).join("src/main.rs"), &text)
    }

    /// Compiles everything; which programs have errors, and the first one of each.
    fn build(&self, executables: &mut BTreeMap<String, PathBuf>) -> io::Result<BTreeMap<usize, String>> {
        let mut child = Command::new("cargo")
            .args([
                "build",
                "--offline",
                "--quiet",
                "--workspace",
                "--keep-going",
                "--message-format=json",
                "-j2",
            ])
            .current_dir(&self.dir)
            .env("CARGO_TARGET_DIR", self.target.join("build"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut found = BTreeMap::new();
        let mut unplaced = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).lines() {
                let Ok(message) = serde_json::from_str::<Value>(&line?) else { continue };
                if let Some(path) = message["executable"].as_str() {
                    let name = message["target"]["name"].as_str().unwrap_or_default();
                    executables.insert(name.to_string(), path.into());
                }
                let message = &message["message"];
                if message["level"] != "error" {
                    continue;
                }
                let mut ids = BTreeSet::new();
                places(&message["spans"], &mut ids);
                let code = message["code"]["code"].as_str().map(|c| format!("{c} ")).unwrap_or_default();
                let text = format!(
                    "{code}{}\n{}",
                    message["message"].as_str().unwrap_or_default(),
                    message["rendered"].as_str().unwrap_or_default()
                );
                if ids.is_empty() {
                    unplaced.push(text.clone());
                }
                for id in ids {
                    found.entry(id).or_insert_with(|| text.clone());
                }
            }
        }
        let status = child.wait()?;
        if !status.success() && found.is_empty() {
            let text = unplaced.join("\n");
            return Err(io::Error::other(format!(
                "the batch doesn't compile, and not because of a program:\n{text}"
            )));
        }
        Ok(found)
    }

    fn run(&self, path: &Path, mut ids: Vec<usize>, out: &mut BTreeMap<usize, Verdict>) -> io::Result<()> {
        while !ids.is_empty() {
            let mut child = Command::new(path)
                .args(self.special.then_some("special"))
                .args(ids.iter().map(usize::to_string))
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()?;
            let (send, receive) = mpsc::channel();
            if let Some(stdout) = child.stdout.take() {
                std::thread::spawn(move || {
                    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                        if send.send(line).is_err() {
                            return;
                        }
                    }
                });
            }
            let mut current = None;
            let mut hang = false;
            loop {
                match receive.recv_timeout(Duration::from_secs(20)) {
                    Ok(line) => one_line(&line, &mut current, out),
                    Err(mpsc::RecvTimeoutError::Disconnected) => break,
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        hang = true;
                        child.kill()?;
                        break;
                    }
                }
            }
            child.wait()?;
            match current {
                Some(id) => {
                    out.insert(id, if hang { Verdict::Hang } else { Verdict::Crash });
                }
                None => return Ok(()),
            }
            ids.retain(|id| !out.contains_key(id));
        }
        Ok(())
    }
}

fn one_line(line: &str, current: &mut Option<usize>, out: &mut BTreeMap<usize, Verdict>) {
    let mut words = line.splitn(3, ' ');
    let (verb, id) = (words.next().unwrap_or_default(), words.next().and_then(|w| w.parse().ok()));
    let (Some(id), rest) = (id, words.next().unwrap_or_default()) else { return };
    match verb {
        "start" => *current = Some(id),
        "fail" => {
            out.insert(id, Verdict::Mismatch(rest.into()));
        }
        "done" => {
            let fields: Vec<f64> = rest.split(' ').filter_map(|w| w.parse().ok()).collect();
            let yes = |k: usize| fields.get(k).is_some_and(|f| *f != 0.0);
            let worst = fields.first().copied().unwrap_or(f64::NAN);
            let passed = Verdict::Passed { worst, differences: yes(1), nonfinite: yes(2), panics: yes(3) };
            out.entry(id).or_insert(passed);
            *current = None;
        }
        _ => {}
    }
}

/// The programs whose files a span is in, also through macro expansions.
fn places(spans: &Value, ids: &mut BTreeSet<usize>) {
    for span in spans.as_array().into_iter().flatten() {
        let mut at = span;
        while at.is_object() {
            let file = at["file_name"].as_str().unwrap_or_default();
            let stem = file.rsplit(['/', '\\']).next().unwrap_or_default();
            if let Some(id) = stem.strip_prefix('p').and_then(|s| s.strip_suffix(".rs")) {
                if let Ok(id) = id.parse() {
                    ids.insert(id);
                }
            }
            at = &at["expansion"]["span"];
        }
    }
}

fn update(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}
