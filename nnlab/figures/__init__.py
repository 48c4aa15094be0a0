"""Charts: arrays and plain values in, a plotly figure (or a PNG) out."""
