-- +goose Up

-- A checkpoint holds the heads that have grown since the checkpoint before, under one
-- hash that follows from the one before (rule V7). Who keeps a copy of that hash outside of
-- the database notices a chain that was written anew.
create table {schema}.audit_checkpoint (
    number bigint not null,
    time timestamptz not null,
    heads bigint not null,
    previous_hash bytea not null,
    hash bytea not null,
    constraint audit_checkpoint_pkey primary key (number),
    constraint audit_checkpoint_number_counts check (number >= 1),
    constraint audit_checkpoint_heads_some check (heads >= 1),
    constraint audit_checkpoint_previous_hash_sha256 check (octet_length(previous_hash) = 32),
    constraint audit_checkpoint_hash_sha256 check (octet_length(hash) = 32)
);

create table {schema}.audit_checkpoint_head (
    checkpoint bigint not null,
    resource text not null,
    sequence bigint not null,
    hash bytea not null,
    constraint audit_checkpoint_head_pkey primary key (checkpoint, resource),
    constraint audit_checkpoint_head_resource_key unique (resource, sequence),
    constraint audit_checkpoint_head_checkpoint_fkey foreign key (checkpoint)
        references {schema}.audit_checkpoint (number) deferrable initially deferred,
    constraint audit_checkpoint_head_entry_fkey foreign key (resource, sequence) references {schema}.audit_entry (resource, sequence)
);

create trigger audit_checkpoint_append_only
    before update or delete or truncate on {schema}.audit_checkpoint
    for each statement execute function {schema}.audit_refuse();

create trigger audit_checkpoint_head_append_only
    before update or delete or truncate on {schema}.audit_checkpoint_head
    for each statement execute function {schema}.audit_refuse();
