"""What strangers wrote, made harmless for whoever shows it: one module for each kind of reader."""
