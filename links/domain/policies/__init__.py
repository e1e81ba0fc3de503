"""A bucket's policy and lifecycle rules, and what they mean for one link."""
