"""What tests of objects have in common."""

PATH = "reports/2026.pdf"
