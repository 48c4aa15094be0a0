"""Softmax regression on 8×8 digits: tensors and autograd, and nothing else of PyTorch."""

import math

import torch
from sklearn.datasets import load_digits


def log_softmax(x):
    return x - x.exp().sum(dim=1, keepdim=True).log()


def nll(log_probabilities, y):
    return -log_probabilities[range(len(y)), y].mean()


def main():
    pixels, labels = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32) / 16
    y = torch.tensor(labels)
    x_train, y_train, x_valid, y_valid = x[:1437], y[:1437], x[1437:], y[1437:]

    torch.manual_seed(0)
    bound = 1 / math.sqrt(64)
    weights = torch.empty(10, 64).uniform_(-bound, bound).requires_grad_()
    bias = torch.empty(10).uniform_(-bound, bound).requires_grad_()

    for epoch in range(1, 6):
        for start in range(0, len(x_train), 64):
            batch = x_train[start : start + 64]
            target = y_train[start : start + 64]
            loss = nll(log_softmax(batch @ weights.T + bias), target)
            loss.backward()
            with torch.no_grad():
                weights -= 0.5 * weights.grad
                bias -= 0.5 * bias.grad
                weights.grad.zero_()
                bias.grad.zero_()
        with torch.no_grad():
            loss = nll(log_softmax(x_valid @ weights.T + bias), y_valid)
        print(epoch, loss.item())


if __name__ == "__main__":
    main()
