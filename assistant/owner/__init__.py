"""One process owns the index and the models of a home while it runs; the others ask it."""
