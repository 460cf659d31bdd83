"""Puts finished files before readers in one step, keeps the last ones, and logs what was done."""
