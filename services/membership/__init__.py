"""From mutual choice to the closed roster: who belongs to a studio, and who was there."""
