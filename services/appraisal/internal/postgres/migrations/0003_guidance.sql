-- +goose Up

-- The version of the cycle's guidance in force when the verdict was decided (rule
-- C12); 0: none. An older binary would let a verdict that it decides again cite the
-- version of the one before.
alter table {schema}.verdict
    add column guidance_version integer not null default 0
        constraint verdict_guidance_version_counts check (guidance_version >= 0);
