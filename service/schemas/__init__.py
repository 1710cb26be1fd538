"""What comes in and goes out as JSON: inputs validate, outputs show what the reader may see."""
