"""llama.cpp, in this process: local GGUF models on the low-level bindings."""
