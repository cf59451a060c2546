"""Sample data for trying things out: a small building firm, its people and sixty days of texts."""
