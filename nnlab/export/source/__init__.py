"""The parts of an exported script, as source."""
