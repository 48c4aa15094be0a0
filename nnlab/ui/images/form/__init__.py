"""The form of the Images page: data set, augmentation, network."""
