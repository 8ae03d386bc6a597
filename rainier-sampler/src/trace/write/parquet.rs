//! Writes the draws of a trace as one Parquet table.
//!
//! In: a trace. Out: columns `.chain`, `.iteration`, `.draw`, counted from 1, then one for each
//! number, named as the R package posterior does: `x[1]`, `r[1,2]`.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Repetition, Type as PhysicalType};
use parquet::data_type::{DoubleType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::super::Trace;
use super::variables::variables;

pub(super) fn write(trace: &Trace, out: &mut (dyn Write + Send)) -> io::Result<()> {
    write_table(trace, out).map_err(io::Error::other)
}

fn write_table(trace: &Trace, out: &mut (dyn Write + Send)) -> Result<(), ParquetError> {
    let mut fields = Vec::new();
    for name in [".chain", ".iteration", ".draw"] {
        fields.push(field(name, PhysicalType::INT32)?);
    }
    let mut places = Vec::new();
    for variable in variables(trace.names()) {
        for (index, place) in variable.elements() {
            let index: Vec<String> = index.iter().map(usize::to_string).collect();
            let name = match index.len() {
                0 => variable.name.clone(),
                _ => format!("{}[{}]", variable.name, index.join(",")),
            };
            fields.push(field(&name, PhysicalType::DOUBLE)?);
            places.push(place);
        }
    }
    let schema = Type::group_type_builder("draws")
        .with_fields(fields)
        .build()?;
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(out, Arc::new(schema), properties)?;
    let mut rows = writer.next_row_group()?;
    let (chains, draws) = (trace.chains(), trace.draws_per_chain());
    let number = |n: usize| i32::try_from(n + 1).unwrap_or(i32::MAX);
    let numbers = |value: &dyn Fn(usize) -> usize| -> Vec<i32> {
        (0..chains * draws).map(|row| number(value(row))).collect()
    };
    for values in [
        numbers(&|row| row / draws),
        numbers(&|row| row % draws),
        numbers(&|row| row),
    ] {
        let mut column = rows.next_column()?.ok_or_else(no_column)?;
        column
            .typed::<Int32Type>()
            .write_batch(&values, None, None)?;
        column.close()?;
    }
    for place in places {
        let draws = trace.draws().chunks_exact(trace.dimension());
        let values: Vec<f64> = draws.map(|draw| draw[place]).collect();
        let mut column = rows.next_column()?.ok_or_else(no_column)?;
        column
            .typed::<DoubleType>()
            .write_batch(&values, None, None)?;
        column.close()?;
    }
    rows.close()?;
    writer.close()?;
    Ok(())
}

fn field(name: &str, kind: PhysicalType) -> Result<TypePtr, ParquetError> {
    let field = Type::primitive_type_builder(name, kind).with_repetition(Repetition::REQUIRED);
    Ok(Arc::new(field.build()?))
}

fn no_column() -> ParquetError {
    ParquetError::General("there must be a column for each field".to_owned())
}
