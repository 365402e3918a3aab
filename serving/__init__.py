"""The way in for other programs: an API that speaks OpenAI's protocol and Carrel's own."""
