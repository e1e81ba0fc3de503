"""A site as it is served, to be clicked on: granian with our settings, and views to compare with."""
