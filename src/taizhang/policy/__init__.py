"""What the state prescribes, as dated and sourced data: code lists, the archive's facts, lines, states. Knows no Django, clock or disk
beyond its own TOML files."""
