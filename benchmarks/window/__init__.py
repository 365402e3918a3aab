"""The window with much in it."""
