"""What llama.cpp can do on this machine, and what Carrel's engine makes of it."""
