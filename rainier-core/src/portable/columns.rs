//! Writes columns by name and value.
//!
//! In: columns of a program. Out: their serialised form, and new columns made from it. Which
//! column an expression meant is its identity, which does not travel.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::column::Column;

/// A column on its way. `T` is text, `V` are values, borrowed or owned.
#[derive(Serialize, Deserialize)]
enum Traveller<T, V> {
    Placeholder(T),
    Owned(V),
}

pub(crate) fn serialize<S: Serializer>(
    columns: &[Column],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(columns.iter().map(|column| match column.values() {
        None => Traveller::Placeholder(column.name()),
        Some(values) => Traveller::Owned(values),
    }))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Column>, D::Error> {
    let columns = Vec::<Traveller<String, Vec<f64>>>::deserialize(deserializer)?;
    let column = |traveller| match traveller {
        Traveller::Placeholder(name) => Column::placeholder(name),
        Traveller::Owned(values) => Column::new(values),
    };
    Ok(columns.into_iter().map(column).collect())
}
