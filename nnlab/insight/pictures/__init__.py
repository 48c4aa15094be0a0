"""Networks of pictures: attribution, neighbours, counterfactuals, first weights."""
