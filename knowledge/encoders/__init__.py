"""Adapters of the models that read text: embedders and rerankers, on ONNX Runtime or a GPU, and how to get them."""
