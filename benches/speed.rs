//! The speed table: `cargo bench --bench speed -- [--quick] [--write] [row..]`.
//!
//! Each row is one problem: the function, its generated gradient, gradients written by hand, and peers.
//! `--write` renews `benches/RESULTS.md`, `benches/speed.svg` and the table of the README, from all rows; names select
//! rows that contain them.

mod harness;
mod peers;
mod problems;

use harness::measure::{measure, Effort, Table};
use harness::{picture, report, Scale, ROWS};
use std::path::Path;
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|a| a == flag);
    let names: Vec<&String> = arguments.iter().filter(|a| !a.starts_with("--")).collect();
    let (scale, effort) = if has("--quick") {
        (Scale::Quick, Effort { rounds: 7, sample: Duration::from_millis(2) })
    } else {
        (Scale::Full, Effort { rounds: 31, sample: Duration::from_millis(10) })
    };
    if has("--write") && !names.is_empty() {
        return Err("--write takes all rows: name none".into());
    }
    let mut tables: Vec<Table> = Vec::new();
    for (name, build) in ROWS {
        if names.is_empty() || names.iter().any(|n| name.contains(n.as_str())) {
            eprintln!("{name} …");
            tables.push(measure(build(scale), effort));
        }
    }
    let report = report::markdown(&tables);
    println!("{report}");
    if has("--write") {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        let heading = "# Speed\n\nWritten by `cargo bench --bench speed -- --write`.\n\n![](speed.svg)\n\n";
        std::fs::write(folder.join("RESULTS.md"), format!("{heading}{report}"))?;
        picture::write(&tables, &folder.join("speed.svg"))?;
        write_readme(&tables)?;
    }
    Ok(())
}

/// Puts the short table between its two marks in the README.
fn write_readme(tables: &[Table]) -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path)?;
    let (open, close) = ("<!-- speed -->\n", "<!-- end of speed -->");
    let parts = text.split_once(open).and_then(|(before, rest)| Some((before, rest.split_once(close)?.1)));
    let Some((before, after)) = parts else { return Err("the README has no marks for the table".into()) };
    std::fs::write(&path, format!("{before}{open}{}{close}{after}", report::short(tables)))?;
    Ok(())
}
