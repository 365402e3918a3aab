"""The gallery of personas and the page that edits one."""
