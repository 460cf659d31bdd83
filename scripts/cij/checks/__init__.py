"""Proves what the user gives usable before anything is built, and tells whether rules have changed."""
