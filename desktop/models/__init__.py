"""Models on screen: the menu, what this computer can run, downloads."""
