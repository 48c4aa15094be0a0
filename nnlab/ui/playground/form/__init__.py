"""The form of the Playground: data, inputs, layers, and points that a person places."""
