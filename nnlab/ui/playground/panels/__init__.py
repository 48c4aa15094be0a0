"""The panels below the live area of the Playground."""
