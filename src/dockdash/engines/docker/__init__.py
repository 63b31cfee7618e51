"""The Docker engine (and Podman's Docker-compatible one), through docker-py."""
