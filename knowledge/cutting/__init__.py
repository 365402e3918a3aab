"""Rules for cutting a text: what ends a sentence, what stands together, what is no part of the text itself."""
