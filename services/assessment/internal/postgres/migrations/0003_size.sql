-- oldest reader: 2
-- +goose Up

-- How many bytes the entry has in a seal, so that a write need not read the whole
-- sheet to see whether it still fits into a message. Entries written before are
-- measured by what is stored of them; what an older binary writes counts 0.
alter table {schema}.entry add column size integer not null default 0;
update {schema}.entry
set size = octet_length(to_json(justification)::text) + octet_length(evidence::text) + coalesce(octet_length(input::text), 0);
alter table {schema}.entry add constraint entry_size_counts check (size >= 0);

-- A message takes one seal at least: a larger one would keep the appraisal from
-- all that come after it.
alter table {schema}.seal add constraint seal_content_fits check (octet_length(content) <= 2097152);
