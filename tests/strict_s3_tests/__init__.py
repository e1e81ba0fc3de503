"""Holds the suite's strict S3 endpoint to what AWS publishes and to what stores were seen to answer."""
