"""What a partnership learns from the whole: counts that show nobody. Pure."""
