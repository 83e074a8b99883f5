"""From mutual choice to the closed roster, as the customer would tell it."""
