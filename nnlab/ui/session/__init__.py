"""What one browser session remembers: a typed state for each page, and what its address holds."""
