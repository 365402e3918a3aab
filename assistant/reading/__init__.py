"""Everything a turn reads: passages, whole documents, history, fitted to the model's window."""
