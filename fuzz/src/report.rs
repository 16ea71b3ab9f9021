//! What a run covered, and how exact it was.

use crate::compile::Verdict;
use crate::program::Program;
use std::collections::BTreeMap;

fn share(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// Features, pairs of features, errors.
pub fn print(all: &[(Program, Verdict)]) {
    let mut features: BTreeMap<&str, usize> = BTreeMap::new();
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (program, _) in all {
        for &a in &program.features {
            *features.entry(a).or_default() += 1;
            for &b in program.features.iter().filter(|b| a < **b) {
                *pairs.entry((a, b)).or_default() += 1;
            }
        }
    }
    let mut sorted: Vec<(&str, usize)> = features.iter().map(|(f, n)| (*f, *n)).collect();
    sorted.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    println!("features, and the share of programs with them (%)");
    for row in sorted.chunks(3) {
        let cell = |(f, n): &(&str, usize)| format!("{f:<36}{:5.1}", share(*n, all.len()));
        println!("  {}", row.iter().map(cell).collect::<Vec<_>>().join("  "));
    }
    let possible = features.len() * features.len().saturating_sub(1) / 2;
    let often = pairs.values().filter(|n| **n >= 100).count();
    println!("pairs of features: {} of {possible} occur, {often} in 100 programs or more", pairs.len());
    let mut worst: f64 = 0.0;
    let (mut passed, mut smooth, mut fd, mut infinite, mut panicked) = (0, 0, 0, 0, 0);
    for (program, verdict) in all {
        if let Verdict::Passed { worst: w, differences, nonfinite, panics } = verdict {
            passed += 1;
            worst = worst.max(*w);
            let comparable = !["detach", "f32 and back"].iter().any(|f| program.features.contains(f));
            smooth += usize::from(comparable);
            fd += usize::from(*differences && comparable);
            infinite += usize::from(*nonfinite);
            panicked += usize::from(*panics);
        }
    }
    println!("worst relative error {worst:.1e}");
    println!(
        "central differences off by more than 1e-4: {fd} of {smooth} without detach or f32 ({:.2} %)",
        share(fd, smooth)
    );
    println!("not finite somewhere: {infinite} ({:.2} %)", share(infinite, passed));
    println!("panics, like the function: {panicked} ({:.2} %)", share(panicked, passed));
}
