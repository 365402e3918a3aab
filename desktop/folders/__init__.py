"""Watched folders on screen: cards, the table of files, drops, indexing progress."""
