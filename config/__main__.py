"""`holdfast` in an installed site, `python -m config` in the tree."""

from .command import main

main()
