"""vLLM, for models in safetensors on a graphics processor."""
