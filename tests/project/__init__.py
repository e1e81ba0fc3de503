"""The repository itself: its documents and its folders."""
