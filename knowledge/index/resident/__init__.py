"""The index in memory: the rows of a table in blocks, their vectors, words and facts, for the time of a search."""
