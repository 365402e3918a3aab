"""Many questions at once: read from a file, answered side by side, written in their order, and resumed."""
