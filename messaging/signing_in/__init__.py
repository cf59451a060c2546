"""Who comes in, how they prove it, and for how long."""
