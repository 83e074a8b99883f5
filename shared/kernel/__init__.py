"""Words that two services speak: pure Python, no machinery."""
