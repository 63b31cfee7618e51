"""``python -m dockdash`` and the ``dockdash`` command."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Runs the command line."""
    # the imports make a hundred thousand objects and no garbage: collecting among them takes a tenth of the start
    gc.disable()
    try:
        from dockdash.cli.main import cli

        # the name is fixed, so that help and completion say the same for both ways to start the program
        cli(prog_name="dockdash")
    except KeyboardInterrupt:
        sys.exit(130)  # while the imports ran; from there on the command line itself takes care


if __name__ == "__main__":
    main()
