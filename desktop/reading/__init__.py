"""The sources of an answer, read in the window: pages, formatted text, tables and pictures."""
