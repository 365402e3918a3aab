"""Watched folders → ledger → index → passages."""
