"""Answers: written by a model or quoted, and their citations."""
