"""The words two services speak, checked."""
