"""Questions that want a whole document: to count, list, compare or summarise."""
