"""PDF, images and text recognition."""
