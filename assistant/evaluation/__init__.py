"""How good are the answers? Questions with gold answers, asked and scored."""
