"""The registers (两库一单): files of entities, inspectors, items and leads to checked rows."""
