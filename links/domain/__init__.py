"""The rules: pure functions on values. Standard library only; no clock, no Django, no boto3."""
