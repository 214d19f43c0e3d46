-- The tags of a launch that neither its template nor its ids say, so that it is asked again as it was written down. Null for launches of
-- before: they go by their group's present name.

ALTER TABLE launches ADD COLUMN tags TEXT;
