#!/usr/bin/env python3
"""Entry point of `cij refresh`, for whoever calls it by its path. See `--help`."""

import sys

from cij.commands.refresh import main

if __name__ == "__main__":
    sys.exit(main())
