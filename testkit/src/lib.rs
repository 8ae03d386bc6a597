//! Placeholder of testkit while the workspace is laid out.
