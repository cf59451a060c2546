"""
Figures of each day: counted from the messages, kept by the sweep, read by the dashboard.

    durations.py   bins of a logarithmic histogram, and medians read from them
    counting.py    one day's messages, added up
    keeping.py     fold() each minute, rebuild() on demand
"""

from messaging.figures.keeping import fold, on_delete, rebuild

__all__ = ["fold", "on_delete", "rebuild"]
