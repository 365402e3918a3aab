"""`carrel doctor`: what is installed, what works, what to do."""
