"""The field's words and codes, problems and their words, hashing, time, text, files."""
