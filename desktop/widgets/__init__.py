"""Qt widgets and a theme that every page shares."""
