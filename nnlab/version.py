"""Which nnlab this is. Apart from the package's root, whose names lead to the library above."""

VERSION = "0.1.0"
