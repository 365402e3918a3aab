"""The three steps of a first start: a folder, a model, a question."""
