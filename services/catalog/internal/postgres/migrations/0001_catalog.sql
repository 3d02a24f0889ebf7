-- +goose Up

-- Ids are compared byte by byte, so that pages do not depend on the language of the
-- server.

create table {schema}.authority (
    id text collate "C" not null,
    name text not null,
    parent text collate "C",
    version bigint not null,
    constraint authority_pkey primary key (id),
    constraint authority_id_slug check (id ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    constraint authority_named check (name <> ''),
    constraint authority_parent_fkey foreign key (parent) references {schema}.authority (id),
    constraint authority_parent_other check (parent <> id),
    constraint authority_version_counts check (version >= 1)
);

create table {schema}.agency (
    authority text collate "C" not null,
    id text collate "C" not null,
    parent text collate "C",
    version bigint not null,
    -- Refers to the official name, so that no agency is without one.
    name_position smallint not null generated always as (0) stored,
    constraint agency_pkey primary key (authority, id),
    constraint agency_id_slug check (id ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    constraint agency_authority_fkey foreign key (authority) references {schema}.authority (id),
    constraint agency_parent_fkey foreign key (authority, parent) references {schema}.agency (authority, id),
    constraint agency_parent_other check (parent <> id),
    constraint agency_version_counts check (version >= 1)
);

-- The official name is at position 0, the aliases follow. Both have one unique key:
-- no two agencies of an authority share a name or an alias (rule C1).
create table {schema}.agency_name (
    authority text collate "C" not null,
    agency text collate "C" not null,
    position smallint not null,
    name text not null,
    key text collate "C" not null,
    constraint agency_name_pkey primary key (authority, agency, position),
    constraint agency_name_taken unique (authority, key),
    constraint agency_name_agency_fkey foreign key (authority, agency) references {schema}.agency (authority, id),
    constraint agency_name_position_counts check (position >= 0),
    constraint agency_name_named check (name <> '' and key <> '')
);

alter table {schema}.agency
    add constraint agency_named foreign key (authority, id, name_position)
    references {schema}.agency_name (authority, agency, position) deferrable initially deferred;

create table {schema}.cycle (
    authority text collate "C" not null,
    id text collate "C" not null,
    name text not null,
    -- The year that is evaluated; several cycles can have one year (rule Y8).
    year integer not null,
    origin text not null,
    version bigint not null,
    constraint cycle_pkey primary key (authority, id),
    constraint cycle_id_slug check (id ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    constraint cycle_authority_fkey foreign key (authority) references {schema}.authority (id),
    constraint cycle_named check (name <> ''),
    constraint cycle_year_sane check (year between 2000 and 2100),
    constraint cycle_origin_known check (origin in ('RUN', 'IMPORTED')),
    constraint cycle_version_counts check (version >= 1)
);

create table {schema}.cycle_group (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    id text collate "C" not null,
    position smallint not null,
    name text not null,
    constraint cycle_group_pkey primary key (authority, cycle, id),
    constraint cycle_group_id_slug check (id ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    -- Deferrable, so that one statement can put groups into another order.
    constraint cycle_group_ordered unique (authority, cycle, position) deferrable,
    constraint cycle_group_cycle_fkey foreign key (authority, cycle) references {schema}.cycle (authority, id),
    constraint cycle_group_position_counts check (position >= 0),
    constraint cycle_group_named check (name <> '')
);

create table {schema}.cycle_agency (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    group_id text collate "C" not null,
    state text not null,
    reason text not null,
    constraint cycle_agency_pkey primary key (authority, cycle, agency),
    constraint cycle_agency_agency_fkey foreign key (authority, agency) references {schema}.agency (authority, id),
    constraint cycle_agency_group_fkey foreign key (authority, cycle, group_id)
        references {schema}.cycle_group (authority, cycle, id),
    constraint cycle_agency_state_known check (state in ('SCORED', 'NOT_SCORED')),
    constraint cycle_agency_reasoned check ((state = 'NOT_SCORED') = (reason <> ''))
);

-- The agencies that have left a cycle after it began (rule C1b). A departure that is
-- taken back is deleted; the audit log keeps it.
create table {schema}.cycle_departure (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    kind text not null,
    date date not null,
    letter text not null,
    reason text not null,
    record_time timestamptz not null,
    constraint cycle_departure_pkey primary key (authority, cycle, agency),
    constraint cycle_departure_agency_fkey foreign key (authority, cycle, agency)
        references {schema}.cycle_agency (authority, cycle, agency),
    constraint cycle_departure_kind_known check (kind in ('DISSOLVED', 'MERGED', 'MOVED')),
    constraint cycle_departure_stated check (letter <> '' and reason <> '')
);
