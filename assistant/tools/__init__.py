"""Tools of personas, run for a person or a model."""
