"""HTML, EPUB and XML."""
