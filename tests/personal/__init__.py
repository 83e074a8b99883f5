"""Texts about persons: boxed, opened for who may see them, erased."""
