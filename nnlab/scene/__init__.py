"""An experiment and its network as they are shown: in words, as layers, and on their plane."""
