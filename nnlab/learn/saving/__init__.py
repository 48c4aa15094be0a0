"""What a file of weights holds, byte by byte, and what a pickle could do."""
