"""A class on one server: who is in it, what each may do, and what the lecturer says to all."""
