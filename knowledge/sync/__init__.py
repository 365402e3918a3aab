"""Makes ledger and index equal the folders."""
