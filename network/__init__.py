"""The one door to other machines: connections, HTTP, downloads."""
