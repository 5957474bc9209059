"""Marquez's HTTP API, answered from our store (docs/marquez.md)."""
