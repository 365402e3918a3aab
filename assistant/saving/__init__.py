"""What need not be computed or read again, and what that saves."""
