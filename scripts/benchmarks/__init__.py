"""What scripts/scaling.py measures with, and how it writes down what it found."""
