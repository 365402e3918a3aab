"""transformers, for models in safetensors that no other engine reads; bitsandbytes makes them smaller."""
