"""The least that a Textual program can do: one request, one DataTable, nothing else."""

from __future__ import annotations

import json
import os
import socket
from http.client import HTTPConnection

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class Floor(App[None]):
    """Lists the containers once; j moves the cursor down, q leaves."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [("q", "quit", ""), ("j", "down", "")]  # noqa: RUF012 - Textual's own way

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Asks and fills."""
        connection = HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(os.environ["DOCKER_HOST"].removeprefix("unix://"))
        connection.request("GET", "/containers/json?all=1")
        containers = json.loads(connection.getresponse().read())
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns("NAME", "IMAGE", "STATUS")
        table.add_rows(sorted((each["Names"][0][1:], each["Image"], each["Status"]) for each in containers))

    def action_down(self) -> None:
        """A row down."""
        self.query_one(DataTable).action_cursor_down()


if __name__ == "__main__":
    Floor().run()
