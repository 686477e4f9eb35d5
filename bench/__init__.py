"""The figures of PERFORMANCE.md, reproducible: `python -m bench queue --tickets 1000000`."""
