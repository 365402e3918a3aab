"""Checks of the installation, for `carrel doctor`."""
