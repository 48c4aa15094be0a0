"""What every request and every socket passes first."""
