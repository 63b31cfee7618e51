"""The command line: what a script, or a person with a question, asks once."""
