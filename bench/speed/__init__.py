"""What speed has to reach, measured row by row: ``python -m bench speed``."""
