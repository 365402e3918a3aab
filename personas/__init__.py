"""Who answers: persona values, their loader, and those that come built in."""
