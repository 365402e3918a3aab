"""Looking again: the steps in which a model reads more of the files before it answers."""
