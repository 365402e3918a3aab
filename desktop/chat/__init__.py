"""A conversation on screen: the turns, the composer, the list of chats."""
