"""What is trained in this process, with a bar and a kind Ctrl-C."""
