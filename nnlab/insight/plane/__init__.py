"""Networks of one or two drawn inputs: boundary, neurons, fitted curve, bent plane."""
