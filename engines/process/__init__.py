"""An engine in a child process, and the pipes to it."""
