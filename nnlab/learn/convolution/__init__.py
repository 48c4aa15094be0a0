"""A kernel that moves over a drawing, what it gives at each place, and what pooling keeps of it."""
