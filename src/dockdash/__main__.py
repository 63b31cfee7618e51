"""``python -m dockdash`` and the ``dockdash`` command."""

from __future__ import annotations


def main() -> None:
    """Runs the command line."""
    from dockdash.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
