"""The side panel: sources, the text of a source, performance."""
