"""Captures lineage from Ray, MLflow and others without a change to user code. Start reading at bootstrap.py."""

__version__ = "0.1.0"
