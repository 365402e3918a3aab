"""Mail: RFC 5322 messages, mailboxes and Outlook's .msg."""
