"""dockdash: a keyboard-driven terminal dashboard for containers wherever they run."""

__version__ = "0.1.0"
