"""The dashboard: Textual screens, panes and widgets over the shared controller."""
