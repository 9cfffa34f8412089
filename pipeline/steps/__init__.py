"""Stages in parts: each part is computed where the executor has room, and kept under the name of what it was made of."""
