//! Placeholder of dns-anomaly while the workspace is laid out.
