"""From the files that a registry has to an extract, by a mapping in TOML (docs/converting.md)."""
