-- The last runs of level checks, 50 a group: where they ran, when, and how they ended. No truth, but a look-out; what was done is in
-- activities. The slots of a group are filled one by one, then the oldest run gives its slot to the newest: rows are overwritten and
-- none is ever deleted.

CREATE TABLE IF NOT EXISTS checks (
    group_id uuid NOT NULL REFERENCES groups (id),
    slot bigint NOT NULL,
    id uuid NOT NULL,
    ran_on text NOT NULL,
    allocation text,
    due_at timestamptz,
    started_at timestamptz NOT NULL,
    duration_us bigint NOT NULL,
    outcome text,
    exit_code bigint,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, slot)
) WITH (fillfactor = 50);
