//! P25: the package `backprop-builds` under link-time optimisation, codegen units and incremental builds.

use crate::{call, cargo, root, scratch, Outcome};

/// Link-time optimisation, codegen units, incremental.
const BUILDS: [(&str, &str, &str); 7] = [
    ("off", "1", "false"),
    ("off", "16", "false"),
    ("thin", "1", "false"),
    ("thin", "16", "false"),
    ("fat", "1", "false"),
    ("fat", "16", "false"),
    ("false", "16", "true"),
];

/// Builds and runs it in every way, the incremental one twice, the second time from a source with a new date.
pub fn run() -> Outcome {
    let main = root().join("tests/builds/src/main.rs");
    let mut first: Option<Vec<u8>> = None;
    for (lto, units, incremental) in BUILDS {
        println!("lto = {lto}, codegen-units = {units}, incremental = {incremental}");
        let times = if incremental == "true" { 2 } else { 1 };
        for _ in 0..times {
            let output = cargo()
                .args(["run", "--quiet", "--release", "-p", "backprop-builds"])
                .env("CARGO_TARGET_DIR", scratch("builds"))
                .env("CARGO_PROFILE_RELEASE_LTO", lto)
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", units)
                .env("CARGO_PROFILE_RELEASE_INCREMENTAL", incremental)
                .env("CARGO_INCREMENTAL", if incremental == "true" { "1" } else { "0" })
                .output()
                .map_err(|e| format!("cargo: {e}"))?;
            if !output.status.success() {
                return Err(format!("it fails:\n{}", String::from_utf8_lossy(&output.stderr)));
            }
            agree(first.get_or_insert_with(|| output.stdout.clone()), &output.stdout)?;
            call(std::process::Command::new("touch").arg(&main))?;
        }
    }
    println!("{} builds agree", BUILDS.len() + 1);
    Ok(())
}

/// Equal up to rounding.
fn agree(first: &[u8], now: &[u8]) -> Outcome {
    let numbers = |text: &[u8]| -> Vec<f64> {
        let text = String::from_utf8_lossy(text).into_owned();
        let bits = text.lines().filter_map(|l| u64::from_str_radix(l.rsplit(' ').next()?, 16).ok());
        bits.map(f64::from_bits).collect()
    };
    let (first, now) = (numbers(first), numbers(now));
    if first.is_empty() || first.len() != now.len() {
        return Err(format!("{} numbers, then {}", first.len(), now.len()));
    }
    match first.iter().zip(&now).position(|(a, b)| (a - b).abs() > 1e-13 * a.abs().max(1.0)) {
        Some(k) => Err(format!("number {k}: {:e}, then {:e}", first[k], now[k])),
        None => Ok(()),
    }
}
