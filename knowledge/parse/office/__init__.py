"""Office documents: Word, Excel, PowerPoint, OpenDocument, RTF."""
