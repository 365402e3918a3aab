"""Carrel among the other programs of the desktop: one window for each home, the tray, the ask bar, About."""
