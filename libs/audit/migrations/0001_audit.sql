-- +goose Up

-- The end of each resource's chain. An append locks this row, so that chains
-- grow one entry at a time. Before the first entry: 0 and 32 zero bytes.
create table {schema}.audit_head (
    resource text not null,
    sequence bigint not null,
    hash bytea not null,
    constraint audit_head_pkey primary key (resource),
    constraint audit_head_resource_named check (resource <> ''),
    constraint audit_head_sequence_counts check (sequence >= 0),
    constraint audit_head_hash_sha256 check (octet_length(hash) = 32)
);

-- change is json and not jsonb: its bytes are hashed and must stay as written.
create table {schema}.audit_entry (
    resource text not null,
    sequence bigint not null,
    time timestamptz not null,
    principal text not null,
    action text not null,
    change json not null,
    reason text not null,
    previous_hash bytea not null,
    hash bytea not null,
    constraint audit_entry_pkey primary key (resource, sequence),
    constraint audit_entry_head_fkey foreign key (resource) references {schema}.audit_head (resource),
    constraint audit_entry_sequence_counts check (sequence >= 1),
    constraint audit_entry_principal_named check (principal <> ''),
    constraint audit_entry_action_named check (action <> ''),
    constraint audit_entry_previous_hash_sha256 check (octet_length(previous_hash) = 32),
    constraint audit_entry_hash_sha256 check (octet_length(hash) = 32)
);

-- +goose StatementBegin
create function {schema}.audit_refuse() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

create trigger audit_entry_append_only
    before update or delete or truncate on {schema}.audit_entry
    for each statement execute function {schema}.audit_refuse();

create trigger audit_head_stays
    before delete or truncate on {schema}.audit_head
    for each statement execute function {schema}.audit_refuse();
