"""Reports as documents and files: python -m reports."""
