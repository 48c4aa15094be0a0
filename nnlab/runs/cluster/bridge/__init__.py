"""Between a server and a Ray cluster: a process of its own, which alone imports Ray."""
