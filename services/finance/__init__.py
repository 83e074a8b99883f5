"""The earmarked fund of each studio: released, claimed, approved, paid, cut, returned."""
