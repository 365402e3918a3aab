"""Personas: their values, their loader, and the built-in ones."""
