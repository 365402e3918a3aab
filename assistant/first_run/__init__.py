"""What a first start offers: folders to add, and questions about the files in them."""
