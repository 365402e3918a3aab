"""The list of chats: found, renamed, filed, deleted and restored; their answers in the background, their drafts."""
