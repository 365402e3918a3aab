"""Word documents of today: .docx and its templates."""
