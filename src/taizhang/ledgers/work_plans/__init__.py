"""计划外出务工信息, one line a person."""
