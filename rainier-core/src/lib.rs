//! Placeholder of rainier-core while the workspace is laid out.
