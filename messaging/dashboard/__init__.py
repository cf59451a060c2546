"""
The dashboard: figures of a period, from the roll-ups of messaging.figures alone.

    period.py    the days it covers, and the way to the texts behind a figure
    reading.py   the figures, in a fixed number of queries
    charts.py    bars as an SVG needs them
    cards.py     the figures in words
"""
