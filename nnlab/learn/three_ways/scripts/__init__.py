"""Six whole scripts that train the same network; each is the one before it, made simpler.

After https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html, on scikit-learn's 1,797 digits
in place of MNIST. Batches come in the order of the data, so that the numbers can be compared.
"""
