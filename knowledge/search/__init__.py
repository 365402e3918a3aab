"""A question → passages."""
