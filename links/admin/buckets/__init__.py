"""The pages of buckets, and who may share from them."""
