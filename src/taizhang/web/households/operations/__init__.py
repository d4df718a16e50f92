"""Pages of the acts on a whole household: what may be done, its papers, its decision."""
