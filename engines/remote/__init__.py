"""Servers that speak OpenAI's chat completions: vLLM or llama.cpp on another machine."""
