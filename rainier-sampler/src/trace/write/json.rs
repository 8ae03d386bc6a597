//! Writes a trace as one JSON object, draw by draw.
//!
//! In: a trace. Out: `{"posterior": {…}, "sample_stats": {…}}` with arrays `[chain][draw]…`.

use std::io::{self, Write};

use super::super::Trace;
use super::statistics_columns::{Values, columns};
use super::variables::variables;

pub(super) fn write(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"posterior\":{")?;
    for (place, variable) in variables(trace.names()).iter().enumerate() {
        write_name(place, &variable.name, out)?;
        let shape = [
            &[trace.chains(), trace.draws_per_chain()],
            &variable.shape[..],
        ]
        .concat();
        let rows = trace.draws().chunks_exact(trace.dimension());
        let mut values = rows.flat_map(|row| variable.parameters.iter().map(|p| row[*p]));
        write_nested(&shape, &mut values.by_ref().map(number), out)?;
    }
    out.write_all(b"},\"sample_stats\":{")?;
    let shape = [trace.chains(), trace.draws_per_chain()];
    for (place, column) in columns(trace).into_iter().enumerate() {
        write_name(place, column.name, out)?;
        match column.values {
            Values::Numbers(x) => write_nested(&shape, &mut x.into_iter().map(number), out)?,
            Values::Counts(x) => {
                write_nested(&shape, &mut x.into_iter().map(|x| x.to_string()), out)?;
            }
            Values::Flags(x) => {
                write_nested(&shape, &mut x.into_iter().map(|x| x.to_string()), out)?;
            }
        }
    }
    out.write_all(b"}}\n")
}

fn write_name(place: usize, name: &str, out: &mut dyn Write) -> io::Result<()> {
    if place > 0 {
        out.write_all(b",")?;
    }
    // Names of variables are letters, digits and underscores: nothing to escape.
    write!(out, "\"{name}\":")
}

/// Nested arrays of the given lengths, the last index running fastest.
fn write_nested(
    shape: &[usize],
    values: &mut dyn Iterator<Item = String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some((length, inner)) = shape.split_first() else {
        let value = values
            .next()
            .expect("as many values as the shape has places");
        return out.write_all(value.as_bytes());
    };
    out.write_all(b"[")?;
    for place in 0..*length {
        if place > 0 {
            out.write_all(b",")?;
        }
        write_nested(inner, values, out)?;
    }
    out.write_all(b"]")
}

fn number(x: f64) -> String {
    if x.is_finite() {
        format!("{x:?}")
    } else {
        "null".to_owned()
    }
}
