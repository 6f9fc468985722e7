"""Acts on the organisation, the universities and the stations; one function per act."""
