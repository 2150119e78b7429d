"""Healthy projects with planted defects, on which the rules of `alignc lint` are measured."""
