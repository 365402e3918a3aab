"""What a person puts into a question besides its words: the files to answer from, prompts of their own."""
