"""One port, and its implementations behind a registry that imports them on demand."""
