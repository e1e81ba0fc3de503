"""The history of validations, and what was learnt of stores and clocks."""
