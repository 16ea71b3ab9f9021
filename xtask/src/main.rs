//! Development commands of the workspace: `cargo run -p xtask -- <command>`.

mod asm;
mod builds;
mod call_graph;
mod compile_time;
mod count;
mod sources;
mod vectorised;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo run -p xtask -- <command>
  ci                    format, lints, tests
  bench [arguments]     the speed table; see benches/speed.rs for its arguments
  builds                gradients under link-time optimisation, codegen units, incremental builds
  call-graph            14 functions that each call the next one twice: the compiler's time and memory
  count [--write]       instructions of gradient ÷ hand-written per row, against benches/counts.txt
  vectorised            the inner loops of dot, axpy, matvec and stencil adjoints are packed
  compile-time [--rounds N] [--write]
                        macro and total compile time against plain and hand-written code, into benches/COMPILE_TIME.md";

/// What a command returns: an error is text for the user.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("ci") => ci(),
        Some("bench") => bench(rest),
        Some("builds") => builds::run(),
        Some("call-graph") => call_graph::run(),
        Some("count") => count::run(rest),
        Some("vectorised") => vectorised::run(),
        Some("compile-time") => compile_time::run(rest),
        _ => Err(HELP.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn ci() -> Outcome {
    call(cargo().args(["fmt", "--all", "--check"]))?;
    call(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    call(cargo().args(["test", "--workspace"]))
}

fn bench(arguments: &[String]) -> Outcome {
    call(cargo().args(["bench", "--bench", "speed", "--"]).args(arguments))
}

/// The workspace's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Where commands put generated crates and their builds.
fn scratch(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("xtask").join(name)
}

/// Cargo, in the workspace.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command that writes to the terminal.
fn call(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {status}"))
    }
}

/// Runs a command and returns `(stdout, stderr)`.
fn output(command: &mut Command) -> Result<(String, String), String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    if output.status.success() {
        Ok((stdout, stderr))
    } else {
        Err(format!("{command:?}:\n{stderr}"))
    }
}

/// Writes a crate of one source file that depends on the workspace's `backprop`.
fn write_crate(folder: &Path, name: &str, source: &str) -> Outcome {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n\
         backprop = {{ path = {:?} }}\n\n[workspace]\n",
        root()
    );
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|e| format!("{}: {e}", path.display()))
    };
    write("Cargo.toml", &manifest)?;
    write("src/lib.rs", source)?;
    // The same versions as the workspace's, so that nothing has to be looked up.
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))
        .map(|_| ())
        .map_err(|e| format!("Cargo.lock: {e}"))
}
