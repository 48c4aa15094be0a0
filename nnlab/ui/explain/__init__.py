"""What more than one page says of the inside of a network."""
