"""The warehouse's command line and what stands behind it: `python -m cij --help`."""
