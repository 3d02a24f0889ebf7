-- +goose Up

-- One computation of a cycle's results (rule G7). Only state, present_time and
-- presented_by change. inputs and result are canonical JSON; input_list and gaps are the parts of
-- them that lists of runs show, gaps the first 100 of gap_count.
create table {schema}.run (
    id uuid not null,
    authority text not null,
    cycle text not null,
    number integer not null,
    engine_version integer not null,
    inputs bytea not null,
    inputs_sha256 bytea not null,
    input_list jsonb not null,
    result bytea not null,
    sha256 bytea not null,
    gaps jsonb not null,
    gap_count integer not null,
    create_time timestamptz not null,
    state text not null,
    present_time timestamptz,
    -- the principal that presented the run and therefore does not publish it
    presented_by text not null default '',
    constraint run_pkey primary key (id),
    constraint run_number_key unique (authority, cycle, number),
    constraint run_cycle_key unique (authority, cycle, id),
    constraint run_number_counts check (number >= 1),
    constraint run_engine_version_counts check (engine_version >= 1),
    constraint run_inputs_hash check (inputs_sha256 = sha256(inputs)),
    constraint run_result_hash check (sha256 = sha256(result)),
    constraint run_state_known check (state in ('COMPUTED', 'PRESENTED', 'PUBLISHED')),
    constraint run_present_time_of_state check ((present_time is null) = (state = 'COMPUTED')),
    constraint run_complete_when_presented check (state = 'COMPUTED' or gap_count = 0),
    constraint run_gaps_counted check (jsonb_array_length(gaps) = least(gap_count, 100))
);

-- Only one run of a cycle is presented to the People's Committee at a time.
create unique index run_presented_key on {schema}.run (authority, cycle) where state = 'PRESENTED';

create trigger run_stays before update of id, authority, cycle, number, engine_version, inputs, inputs_sha256, input_list,
    result, sha256, gaps, gap_count, create_time or delete or truncate on {schema}.run
    for each statement execute function {schema}.publication_refuse();
create trigger run_published_stays before update on {schema}.run
    for each row when (old.state = 'PUBLISHED') execute function {schema}.publication_refuse();

-- A publication is either imported from a document or computed by a run, and a run
-- is published only once.
alter table {schema}.publication add column run_id uuid;
alter table {schema}.publication
    add constraint publication_run_fkey foreign key (authority, cycle, run_id) references {schema}.run (authority, cycle, id),
    add constraint publication_run_key unique (run_id),
    add constraint publication_origin check (num_nonnulls(source_sha256, run_id) = 1);

-- The publications of runs of which catalog has not confirmed that it knows them to be in
-- force.
create table {schema}.unconfirmed_publication (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    version integer not null,
    constraint unconfirmed_publication_pkey primary key (authority, cycle)
);
