"""Clips whose motion is known: surfaces, scenes, degradations, files and the table of `tools/known-motion`."""
