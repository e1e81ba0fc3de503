"""One module for each run: `TARGET`, what is to be reached, and `run(play)`, which attacks and counts."""
