"""ExposedMetrics for Prometheus: counted as it happens, or measured when they are asked for."""
