"""Values and rules: no input or output, no threads, nothing from third parties."""
