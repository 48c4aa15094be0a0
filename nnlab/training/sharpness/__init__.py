"""The sharpness of a loss: the largest eigenvalue of its Hessian, while a network trains."""
