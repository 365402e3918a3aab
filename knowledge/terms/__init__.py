"""Text → the terms that keyword search matches."""
