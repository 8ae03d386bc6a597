//! Writes a trace as a Zarr v3 folder: JSON and raw little-endian bytes.
//!
//! In: a trace, a folder to make. Out: groups `posterior` and `sample_stats`, one chunk an array.

use std::fs;
use std::io;
use std::path::Path;

use super::super::Trace;
use super::statistics_columns::{Values, columns};
use super::variables::variables;

pub(super) fn write(trace: &Trace, root: &Path) -> io::Result<()> {
    let mut folder = Folder {
        root,
        metadata: Vec::new(),
    };
    let (chains, draws) = (trace.chains(), trace.draws_per_chain());
    for group in ["posterior", "sample_stats"] {
        folder.group(group)?;
        for (name, length) in [("chain", chains), ("draw", draws)] {
            let numbers = (0..length as u64).flat_map(u64::to_le_bytes).collect();
            let path = format!("{group}/{name}");
            folder.array(&path, &[(name.to_owned(), length)], "int64", numbers)?;
        }
    }
    let rows = [("chain".to_owned(), chains), ("draw".to_owned(), draws)];
    for variable in variables(trace.names()) {
        let mut dimensions = rows.to_vec();
        for (place, length) in variable.shape.iter().enumerate() {
            dimensions.push((format!("{}_dim_{place}", variable.name), *length));
        }
        let mut bytes = Vec::with_capacity(8 * chains * draws * variable.parameters.len());
        for draw in trace.draws().chunks_exact(trace.dimension()) {
            for &parameter in &variable.parameters {
                bytes.extend_from_slice(&draw[parameter].to_le_bytes());
            }
        }
        folder.array(
            &format!("posterior/{}", variable.name),
            &dimensions,
            "float64",
            bytes,
        )?;
    }
    for column in columns(trace) {
        let (data_type, bytes) = match column.values {
            Values::Numbers(x) => (
                "float64",
                x.into_iter().flat_map(f64::to_le_bytes).collect(),
            ),
            Values::Counts(x) => ("int64", x.into_iter().flat_map(i64::to_le_bytes).collect()),
            Values::Flags(x) => ("bool", x.into_iter().map(u8::from).collect()),
        };
        folder.array(
            &format!("sample_stats/{}", column.name),
            &rows,
            data_type,
            bytes,
        )?;
    }
    folder.finish()
}

/// A folder under way, with the metadata of all that is in it.
struct Folder<'a> {
    root: &'a Path,
    /// Paths and JSON.
    metadata: Vec<(String, String)>,
}

impl Folder<'_> {
    fn group(&mut self, path: &str) -> io::Result<()> {
        let attributes = attributes();
        let metadata =
            format!(r#"{{"zarr_format":3,"node_type":"group","attributes":{attributes}}}"#);
        self.node(path, metadata)
    }

    fn array(
        &mut self,
        path: &str,
        dimensions: &[(String, usize)],
        data_type: &str,
        bytes: Vec<u8>,
    ) -> io::Result<()> {
        let shape: Vec<usize> = dimensions.iter().map(|(_, length)| *length).collect();
        // A chunk may not be empty, an array may.
        let chunk: Vec<usize> = shape.iter().map(|length| (*length).max(1)).collect();
        let names: Vec<&str> = dimensions.iter().map(|(name, _)| name.as_str()).collect();
        let (fill, endian) = match data_type {
            "float64" => (r#""NaN""#, r#","configuration":{"endian":"little"}"#),
            "int64" => ("0", r#","configuration":{"endian":"little"}"#),
            _ => ("false", ""),
        };
        // Names are letters, digits and underscores, and lists of numbers and of such names are
        // written alike in Rust and in JSON: nothing to escape.
        let metadata = format!(
            r#"{{"zarr_format":3,"node_type":"array","shape":{shape:?},"data_type":"{data_type}","chunk_grid":{{"name":"regular","configuration":{{"chunk_shape":{chunk:?}}}}},"chunk_key_encoding":{{"name":"default","configuration":{{"separator":"/"}}}},"fill_value":{fill},"codecs":[{{"name":"bytes"{endian}}}],"attributes":{{}},"dimension_names":{names:?}}}"#
        );
        self.node(path, metadata)?;
        if bytes.is_empty() {
            return Ok(());
        }
        let mut chunk_path = self.root.join(path).join("c");
        chunk_path.extend(shape.iter().map(|_| "0"));
        if let Some(folder) = chunk_path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(chunk_path, bytes)
    }

    fn node(&mut self, path: &str, metadata: String) -> io::Result<()> {
        let folder = self.root.join(path);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("zarr.json"), &metadata)?;
        self.metadata.push((path.to_owned(), metadata));
        Ok(())
    }

    /// Writes the root with the metadata of all nodes, so that readers open one file.
    fn finish(self) -> io::Result<()> {
        let attributes = attributes();
        let nodes: Vec<String> = self
            .metadata
            .iter()
            .map(|(path, metadata)| format!(r#""{path}":{metadata}"#))
            .collect();
        let nodes = nodes.join(",");
        let root = format!(
            r#"{{"zarr_format":3,"node_type":"group","attributes":{attributes},"consolidated_metadata":{{"kind":"inline","must_understand":false,"metadata":{{{nodes}}}}}}}"#
        );
        fs::write(self.root.join("zarr.json"), root)
    }
}

fn attributes() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        r#"{{"creation_library":"rainier","creation_library_version":"{version}","inference_library":"rainier"}}"#
    )
}
