"""The panels under the desk of the Draw page."""
