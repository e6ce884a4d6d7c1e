"""From the rates of a plan to expected counts of cells that keep every constraint exactly."""
