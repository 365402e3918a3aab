"""The window's frame, its sidebar and menus, and what fills it."""
