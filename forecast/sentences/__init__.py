"""Results in sentences, chosen by sign and interval: what report, app, command and notebook say alike."""
