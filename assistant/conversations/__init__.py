"""Conversations on disk: turns, titles, search."""
