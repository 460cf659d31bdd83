"""Finds an export's files, finds out how each is read, saves the good rows of damaged ones."""
