"""One turn: persona + passages + engine → a streamed, cited answer; conversations; settings; the command line."""
