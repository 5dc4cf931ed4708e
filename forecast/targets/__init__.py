"""What a target asks for: new opportunities a week, until which day, and how much open pipeline."""
