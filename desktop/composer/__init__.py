"""The question box and what is chosen for a question: files, persona, manner, prompts."""
