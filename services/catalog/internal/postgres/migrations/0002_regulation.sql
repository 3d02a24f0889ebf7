-- +goose Up

create table {schema}.regulation (
    authority text collate "C" not null,
    id text collate "C" not null,
    state text not null,
    -- The content in its canonical form, in two columns so that a list need not
    -- read the criteria sets. The type json keeps the text byte by byte.
    head json not null,
    criteria_sets json not null,
    -- A copy of the field in head, for the foreign key.
    replaces text collate "C",
    -- The SHA-256 of the canonical form, in hex.
    sha256 text not null,
    issue_time timestamptz,
    version bigint not null,
    constraint regulation_pkey primary key (authority, id),
    constraint regulation_id_slug check (id ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    constraint regulation_authority_fkey foreign key (authority) references {schema}.authority (id),
    constraint regulation_replaces_fkey foreign key (authority, replaces) references {schema}.regulation (authority, id),
    constraint regulation_state_known check (state in ('DRAFT', 'ISSUED', 'SUPERSEDED', 'REVOKED')),
    constraint regulation_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint regulation_issue_timed check ((state = 'DRAFT') = (issue_time is null)),
    constraint regulation_version_counts check (version >= 1)
);

-- An issued regulation never changes, except that its state moves on (rule C2).
-- +goose StatementBegin
create function {schema}.regulation_refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.state = 'DRAFT' then
            return new;
        end if;
        if (new.authority, new.id, new.head::text, new.criteria_sets::text, new.replaces, new.sha256, new.issue_time)
            is not distinct from
            (old.authority, old.id, old.head::text, old.criteria_sets::text, old.replaces, old.sha256, old.issue_time)
            and (old.state, new.state) in (
                ('ISSUED', 'ISSUED'), ('ISSUED', 'SUPERSEDED'), ('ISSUED', 'REVOKED'),
                ('SUPERSEDED', 'SUPERSEDED'), ('SUPERSEDED', 'REVOKED'), ('REVOKED', 'REVOKED')) then
            return new;
        end if;
    elsif tg_op = 'DELETE' then
        if old.state = 'DRAFT' then
            return old;
        end if;
    end if;
    raise exception 'an issued regulation never changes' using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

create trigger regulation_issued_stays before update or delete on {schema}.regulation
    for each row execute function {schema}.regulation_refuse();
create trigger regulation_stays before truncate on {schema}.regulation
    for each statement execute function {schema}.regulation_refuse();

-- One row: the number of the last change of any cycle. A transaction that changes a
-- cycle takes the next number and holds the lock on this row until it commits. So
-- numbers become visible in their order, and a reader that has seen one has seen
-- every smaller one (architecture decision 4). A sequence does not ensure this.
create table {schema}.cycle_counter (
    single boolean not null default true,
    last bigint not null,
    constraint cycle_counter_pkey primary key (single),
    constraint cycle_counter_single check (single),
    constraint cycle_counter_counts check (last >= 0)
);

alter table {schema}.cycle
    add column regulation text collate "C",
    add column phase text,
    -- The version of the last publication of the result; 0: none.
    add column publication integer not null default 0,
    -- The version of the last publication that is in force; 0: none.
    add column in_force integer not null default 0,
    add column revision bigint;

update {schema}.cycle c set revision = n.revision
    from (select authority, id, row_number() over (order by authority, id) as revision from {schema}.cycle) n
    where n.authority = c.authority and n.id = c.id;

insert into {schema}.cycle_counter (last) select count(*) from {schema}.cycle;

-- A run cycle pins a regulation and is in a phase; an imported one has neither.
alter table {schema}.cycle
    alter column revision set not null,
    add constraint cycle_regulation_fkey foreign key (authority, regulation) references {schema}.regulation (authority, id),
    add constraint cycle_regulated check ((origin = 'RUN') = (regulation is not null)),
    add constraint cycle_phased check ((origin = 'RUN') = (phase is not null)),
    add constraint cycle_phase_known check (phase in ('PREPARATION', 'SELF_1', 'APPRAISAL_1', 'SELF_2', 'APPRAISAL_2',
        'APPRAISAL_COUNCIL', 'PRESENTED', 'PUBLISHED', 'REPORTED', 'ARCHIVED')),
    -- A published result is a floor: the cycle is never moved back behind it.
    add constraint cycle_in_force_was_recorded check (in_force between 0 and publication),
    add constraint cycle_publication_counts check (publication = 0
        or publication > 0 and phase in ('PRESENTED', 'PUBLISHED', 'REPORTED', 'ARCHIVED')),
    add constraint cycle_revision_counts check (revision >= 1),
    add constraint cycle_revision_taken unique (revision);

-- The time in which a phase takes writes (rules Y2 and Y3); null: no bound.
create table {schema}.cycle_window (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    phase text not null,
    position smallint not null,
    open_time timestamptz,
    close_time timestamptz,
    constraint cycle_window_pkey primary key (authority, cycle, phase),
    constraint cycle_window_cycle_fkey foreign key (authority, cycle) references {schema}.cycle (authority, id),
    constraint cycle_window_ordered unique (authority, cycle, position),
    constraint cycle_window_phase_known check (phase in ('SELF_1', 'APPRAISAL_1', 'SELF_2', 'APPRAISAL_2')),
    constraint cycle_window_position_counts check (position >= 0),
    constraint cycle_window_closes_later check (close_time > open_time)
);

-- Later deadlines of a self-assessment for one agency or one group (rule Y3).
create table {schema}.cycle_extension (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    phase text not null,
    -- One of agency and group_id is null.
    agency text collate "C",
    group_id text collate "C",
    close_time timestamptz not null,
    letter text not null,
    reason text not null,
    constraint cycle_extension_window_fkey foreign key (authority, cycle, phase) references {schema}.cycle_window (authority, cycle, phase),
    constraint cycle_extension_agency_fkey foreign key (authority, cycle, agency) references {schema}.cycle_agency (authority, cycle, agency),
    constraint cycle_extension_group_fkey foreign key (authority, cycle, group_id) references {schema}.cycle_group (authority, cycle, id),
    constraint cycle_extension_once unique nulls not distinct (authority, cycle, phase, agency, group_id),
    constraint cycle_extension_of_one check ((agency is null) <> (group_id is null)),
    constraint cycle_extension_granted check (letter <> '' and reason <> '')
);

-- The services that keep a copy of the cycles, and the last revision that each has
-- acknowledged.
create table {schema}.cycle_reader (
    service text collate "C" not null,
    revision bigint not null,
    constraint cycle_reader_pkey primary key (service),
    constraint cycle_reader_named check (service <> ''),
    constraint cycle_reader_revision_counts check (revision >= 0)
);
