"""The library as read-only tools and resources of the Model Context Protocol."""
