"""The models on this machine and those that can be had: headers, what fits, downloads."""
