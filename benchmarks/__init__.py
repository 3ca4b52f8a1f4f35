"""Benchmarks and simulations."""

import os

# As the dashboard itself (see data/__init__.py), also where numpy is imported before it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
