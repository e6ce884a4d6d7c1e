"""The contracts: what an entity, an inspector, an item, a lead and reading options consist of."""
