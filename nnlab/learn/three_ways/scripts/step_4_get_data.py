"""Softmax regression on 8×8 digits: `TensorDataset` and `DataLoader`, made by `get_data`."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset


def get_data(train, valid, batch_size):
    return (
        DataLoader(train, batch_size=batch_size),
        DataLoader(valid, batch_size=batch_size * 2),
    )


def get_model():
    model = nn.Linear(64, 10)
    return model, optim.SGD(model.parameters(), lr=0.5)


def main():
    pixels, labels = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32) / 16
    y = torch.tensor(labels)
    train, valid = TensorDataset(x[:1437], y[:1437]), TensorDataset(x[1437:], y[1437:])
    train_loader, valid_loader = get_data(train, valid, batch_size=64)

    torch.manual_seed(0)
    model, optimizer = get_model()

    for epoch in range(1, 6):
        for batch, target in train_loader:
            loss = F.cross_entropy(model(batch), target)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        with torch.no_grad():
            losses = [F.cross_entropy(model(a), b) * len(a) for a, b in valid_loader]
        print(epoch, sum(losses).item() / len(valid))


if __name__ == "__main__":
    main()
