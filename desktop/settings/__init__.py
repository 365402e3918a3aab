"""The settings page: every key of settings.toml, the window's appearance, and the keyboard shortcuts."""
