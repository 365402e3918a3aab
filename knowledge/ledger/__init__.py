"""The authority on what is indexed, in SQLite."""
