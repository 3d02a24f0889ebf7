-- +goose Up

-- The published results of a cycle. A row never changes: a correction is a new
-- version (rule G11).
create table {schema}.publication (
    id uuid not null,
    authority text not null,
    authority_name text not null,
    cycle text not null,
    cycle_name text not null,
    -- The year that the cycle evaluated when this was published (rule Y8).
    year integer not null,
    version integer not null,
    decision_number text not null,
    decision_date date not null,
    notice text not null,
    publish_time timestamptz not null,
    -- The document that an earlier year was imported from, and the import file byte
    -- by byte: all figures can be read and computed from it again (rule G14).
    source_title text,
    source_number text,
    source_date text,
    source_sha256 bytea,
    source_content bytea,
    -- What was told of the import file: place, code and both texts of each notice.
    source_told jsonb,
    constraint publication_pkey primary key (id),
    constraint publication_version_key unique (authority, cycle, version),
    constraint publication_cycle_key unique (authority, cycle, id),
    constraint publication_year_sane check (year between 2000 and 2100),
    constraint publication_version_counts check (version >= 1),
    constraint publication_notice_of_correction check ((version = 1) = (notice = '')),
    constraint publication_source_whole check (
        num_nulls(source_title, source_number, source_date, source_sha256, source_content, source_told) in (0, 6)),
    constraint publication_source_hash check (source_sha256 = sha256(source_content))
);

-- The current publication of each cycle. Only these rows change.
create table {schema}.current_publication (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    publication_id uuid not null,
    constraint current_publication_pkey primary key (authority, cycle),
    constraint current_publication_fkey foreign key (authority, cycle, publication_id)
        references {schema}.publication (authority, cycle, id)
);

-- The history file that is proposed for a cycle, by its hash. Another person publishes
-- it; the publication deletes the row, and the audit log keeps both (rule V0).
create table {schema}.history_proposal (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    sha256 bytea not null,
    notice text not null,
    proposed_by text not null,
    propose_time timestamptz not null,
    constraint history_proposal_pkey primary key (authority, cycle),
    constraint history_proposal_hash check (octet_length(sha256) = 32),
    constraint history_proposal_by_somebody check (proposed_by <> '')
);

-- The ranking of one group, rendered once as gzipped JSON. PostgreSQL does not
-- compress body, because it is compressed already.
create table {schema}.leaderboard (
    publication_id uuid not null,
    group_id text not null,
    group_name text not null,
    position integer not null,
    agencies integer not null,
    body bytea not null,
    sha256 bytea not null,
    constraint leaderboard_pkey primary key (publication_id, group_id),
    constraint leaderboard_publication_fkey foreign key (publication_id) references {schema}.publication (id),
    constraint leaderboard_position_key unique (publication_id, position),
    constraint leaderboard_body_hash check (sha256 = sha256(body)),
    -- 0: all agencies of the group are listed without a rank (rule C1b).
    constraint leaderboard_agencies_counts check (agencies >= 0)
);
alter table {schema}.leaderboard alter column body set storage external;

-- The result of one agency, with the name that it had. rank and class are null if
-- they are neither printed nor computed.
create table {schema}.result (
    publication_id uuid not null,
    group_id text not null,
    agency text not null,
    agency_name text not null,
    rank integer,
    rank_origin text not null,
    class text,
    class_name text,
    class_origin text not null,
    constraint result_pkey primary key (publication_id, agency),
    constraint result_leaderboard_fkey foreign key (publication_id, group_id) references {schema}.leaderboard (publication_id, group_id),
    constraint result_rank_counts check (rank >= 1),
    constraint result_rank_origin check (rank_origin in ('PRINTED', 'COMPUTED', 'NOT_PRINTED') and (rank is null) = (rank_origin = 'NOT_PRINTED')),
    constraint result_class_origin check (class_origin in ('PRINTED', 'COMPUTED', 'NOT_PRINTED') and (class is null) = (class_origin = 'NOT_PRINTED')),
    constraint result_class_named check ((class is null) = (class_name is null))
);

-- Every printed or computed figure, not rounded for display. A figure that is
-- neither has no row. agency '' means the group as a whole (its statistics), field ''
-- all domains together. name is the name of the figure in JSON.
create table {schema}.figure (
    publication_id uuid not null,
    group_id text not null,
    agency text not null,
    field text not null,
    name text not null,
    value numeric not null,
    origin text not null,
    constraint figure_pkey primary key (publication_id, group_id, agency, field, name),
    constraint figure_leaderboard_fkey foreign key (publication_id, group_id) references {schema}.leaderboard (publication_id, group_id),
    constraint figure_value_finite check (value not in ('NaN', 'Infinity', '-Infinity')),
    constraint figure_origin_known check (origin in ('PRINTED', 'COMPUTED'))
);

-- +goose StatementBegin
create function {schema}.publication_refuse() returns trigger language plpgsql as $$
begin
    raise exception '% never changes', tg_table_name using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

create trigger publication_stays before update or delete or truncate on {schema}.publication
    for each statement execute function {schema}.publication_refuse();
create trigger leaderboard_stays before update or delete or truncate on {schema}.leaderboard
    for each statement execute function {schema}.publication_refuse();
create trigger result_stays before update or delete or truncate on {schema}.result
    for each statement execute function {schema}.publication_refuse();
create trigger figure_stays before update or delete or truncate on {schema}.figure
    for each statement execute function {schema}.publication_refuse();
create trigger current_publication_stays before delete or truncate on {schema}.current_publication
    for each statement execute function {schema}.publication_refuse();
