-- +goose Up

-- The reasons for which regulations were revoked.
create table {schema}.revocation (
    authority text collate "C" not null,
    regulation text collate "C" not null,
    revoke_time timestamptz not null,
    reason text not null,
    constraint revocation_pkey primary key (authority, regulation),
    constraint revocation_regulation_fkey foreign key (authority, regulation) references {schema}.regulation (authority, id),
    constraint revocation_reasoned check (reason <> '')
);

-- The versions of a cycle's guidance (rule C12).
create table {schema}.guidance (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    version integer not null,
    publish_time timestamptz not null,
    content json not null,
    constraint guidance_pkey primary key (authority, cycle, version),
    constraint guidance_cycle_fkey foreign key (authority, cycle) references {schema}.cycle (authority, id),
    constraint guidance_version_counts check (version >= 1)
);

-- +goose StatementBegin
create function {schema}.refuse() returns trigger language plpgsql as $$
begin
    raise exception '% never changes', tg_table_name using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

create trigger revocation_stays before update or delete or truncate on {schema}.revocation
    for each statement execute function {schema}.refuse();
create trigger guidance_stays before update or delete or truncate on {schema}.guidance
    for each statement execute function {schema}.refuse();
