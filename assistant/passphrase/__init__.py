"""The passphrase of a home: its key, how the home is converted, and who may open it."""
