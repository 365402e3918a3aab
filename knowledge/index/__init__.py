"""The search index, in LanceDB: a cache that can be built again from the ledger."""
