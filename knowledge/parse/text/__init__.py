"""Text formats: Markdown, plain text, tables, data, notebooks, source code."""
