"""Training in this process, with a progress bar and a Ctrl-C that stops the run."""
