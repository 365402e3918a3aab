"""The offline switch and the log of connections on screen."""
