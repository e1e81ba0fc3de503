"""How the database is reached: for how long it is waited for, and which of its errors mean "not now"."""
