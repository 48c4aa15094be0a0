"""Softmax regression on 8×8 digits: `nn.Linear`, `torch.optim`, and `get_model` makes both."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn, optim


def get_model():
    model = nn.Linear(64, 10)
    return model, optim.SGD(model.parameters(), lr=0.5)


def main():
    pixels, labels = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32) / 16
    y = torch.tensor(labels)
    x_train, y_train, x_valid, y_valid = x[:1437], y[:1437], x[1437:], y[1437:]

    torch.manual_seed(0)
    model, optimizer = get_model()

    for epoch in range(1, 6):
        for start in range(0, len(x_train), 64):
            batch = x_train[start : start + 64]
            target = y_train[start : start + 64]
            loss = F.cross_entropy(model(batch), target)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        with torch.no_grad():
            loss = F.cross_entropy(model(x_valid), y_valid)
        print(epoch, loss.item())


if __name__ == "__main__":
    main()
