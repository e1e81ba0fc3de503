"""What people paste: repaired, told from the words around it, and read, once."""
