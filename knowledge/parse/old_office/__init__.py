"""Office documents in binary form: Word, Excel and PowerPoint up to 2003, and Excel's .xlsb."""
