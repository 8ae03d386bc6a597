//! Placeholder of rainier-dist while the workspace is laid out.
