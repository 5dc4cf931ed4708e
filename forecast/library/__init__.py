"""What a script or notebook calls: questions of one call each, and answers that can be shown."""
