"""Finds, reads and checks what the user configured, and keeps what the program remembers."""
