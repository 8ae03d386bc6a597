//! Placeholder of rainier-plot while the workspace is laid out.
