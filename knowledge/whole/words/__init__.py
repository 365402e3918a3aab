"""The words of questions about whole documents, as data and as code: cues, nouns, times."""
