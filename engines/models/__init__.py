"""Models on this machine and in the catalogue: their headers, cards, fit, and the choice of files to download."""
