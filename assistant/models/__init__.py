"""Models in use: opening, routing, masking, servers, encoders."""
