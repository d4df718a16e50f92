"""（自定义）行政村信息, the county export of villages."""
