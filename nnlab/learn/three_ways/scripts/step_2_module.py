"""Softmax regression on 8×8 digits: an `nn.Module` keeps the parameters together."""

import math

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        bound = 1 / math.sqrt(64)
        self.weights = nn.Parameter(torch.empty(10, 64).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(10).uniform_(-bound, bound))

    def forward(self, x):
        return x @ self.weights.T + self.bias


def main():
    pixels, labels = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32) / 16
    y = torch.tensor(labels)
    x_train, y_train, x_valid, y_valid = x[:1437], y[:1437], x[1437:], y[1437:]

    torch.manual_seed(0)
    model = Network()

    for epoch in range(1, 6):
        for start in range(0, len(x_train), 64):
            batch = x_train[start : start + 64]
            target = y_train[start : start + 64]
            loss = F.cross_entropy(model(batch), target)
            loss.backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter -= 0.5 * parameter.grad
                model.zero_grad()
        with torch.no_grad():
            loss = F.cross_entropy(model(x_valid), y_valid)
        print(epoch, loss.item())


if __name__ == "__main__":
    main()
