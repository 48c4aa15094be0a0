"""The bytes of a file of weights, and the dangers of a pickle."""
