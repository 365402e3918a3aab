"""SQLite files: opened durably, erased for good, and read page by page when they are damaged."""
