"""Parsing in a child process, and the pipes to it."""
