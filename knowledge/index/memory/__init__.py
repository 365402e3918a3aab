"""The search index in memory: exact vector search and BM25 over arrays, for as many rows as memory allows."""
