"""Questions that a tool answers: from the words of a question to the tool and its arguments, or nothing."""
