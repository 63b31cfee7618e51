"""The least that a Python program can do: one request with the standard library, and one print."""

from __future__ import annotations

import json
import os
import socket
from http.client import HTTPConnection


def main() -> None:
    connection = HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(os.environ["DOCKER_HOST"].removeprefix("unix://"))
    connection.request("GET", "/containers/json?all=1")
    containers = json.loads(connection.getresponse().read())
    for name, image, status in sorted((each["Names"][0][1:], each["Image"], each["Status"]) for each in containers):
        print(f"{name:<30} {image:<30} {status}")


if __name__ == "__main__":
    main()
