"""Elements that any page may draw: charts, the drawn network, sliders, tables, pictures."""
