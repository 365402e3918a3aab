"""Answers and chats as files that others can read, with their sources."""
