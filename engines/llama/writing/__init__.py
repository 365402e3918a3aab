"""How the next tokens are chosen: samplers, grammars, drafts from what was read."""
