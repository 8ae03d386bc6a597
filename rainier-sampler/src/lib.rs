//! Placeholder of rainier-sampler while the workspace is laid out.
