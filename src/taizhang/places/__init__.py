"""The area tree (行政区划) and its changes."""
