"""（务工月监测）已外出务工信息, one line a work spell."""
