"""The shared controller and its services: the only thing that front ends talk to."""
