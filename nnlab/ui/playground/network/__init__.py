"""The drawn network of the Playground, and what is picked on it."""
