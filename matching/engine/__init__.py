"""The pure matching engine: arrays in, arrays out, no Django."""
