#!/usr/bin/env python3
"""Entry point of `cij build`, for whoever calls it by its path. See `--help`."""

import sys

from cij.commands.build import main

if __name__ == "__main__":
    sys.exit(main())
