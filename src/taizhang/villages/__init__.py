"""Villages and natural villages (行政村、自然村) by period: their archives, what is derived beside what was typed."""
