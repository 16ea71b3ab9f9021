//! The table as a picture: gradient ÷ function on a logarithmic axis, a column per problem.

use super::measure::Table;
use super::Kind::{self, Function, Hand, NumDual, Ours, Reverse, Tape};
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const SERIES: [(Kind, &str, RGBColor); 5] = [
    (Tape, "textbook tape", RGBColor(150, 150, 150)),
    (Reverse, "reverse", RGBColor(190, 140, 60)),
    (NumDual, "num-dual", RGBColor(120, 90, 170)),
    (Hand, "by hand", RGBColor(40, 140, 70)),
    (Ours, "#[grad]", RGBColor(200, 40, 40)),
];

/// Writes the picture.
pub fn write(tables: &[Table], path: &Path) -> Result<(), Box<dyn Error>> {
    let points: Vec<(usize, Kind, f64)> = tables
        .iter()
        .enumerate()
        .flat_map(|(i, t)| {
            SERIES.iter().filter_map(move |&(kind, ..)| Some((i, kind, t.ratio_of(&[kind], &[Function])?)))
        })
        .collect();
    let top = points.iter().map(|p| p.2).fold(10.0, f64::max) * 1.5;
    let root = SVGBackend::new(path, (900, 460)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("gradient ÷ function, CPU time (lower is better)", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(-0.6..tables.len() as f64 - 0.4, (0.8..top).log_scale())?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(WHITE)
        .x_labels(2 * tables.len() + 2)
        .x_label_formatter(&|x| {
            let i = x.round();
            let name = if (x - i).abs() < 1e-6 && i >= 0.0 { tables.get(i as usize) } else { None };
            name.map_or(String::new(), |t| t.name.to_owned())
        })
        .y_label_formatter(&|y| format!("{y}"))
        .draw()?;
    for (place, (kind, label, colour)) in SERIES.iter().enumerate() {
        let shift = 0.11 * (place as f64 - 2.0);
        let dots = points.iter().filter(|p| p.1 == *kind);
        chart
            .draw_series(
                dots.map(|&(i, _, ratio)| Circle::new((i as f64 + shift, ratio), 5, colour.filled())),
            )?
            .label(*label)
            .legend(move |(x, y)| Circle::new((x + 8, y), 5, colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.9))
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    root.present()?;
    Ok(())
}
