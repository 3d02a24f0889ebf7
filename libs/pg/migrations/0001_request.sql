-- +goose Up

-- A request that must take effect once, and its answer. A concurrent repetition
-- waits for the row of the primary key.
create table {schema}.request (
    principal text not null,
    method text not null,
    request_id uuid not null,
    hash bytea not null,
    answer json,
    claim_time timestamptz not null default now(),
    constraint request_pkey primary key (principal, method, request_id),
    constraint request_principal_named check (principal <> ''),
    constraint request_method_named check (method <> ''),
    constraint request_hash_sha256 check (octet_length(hash) = 32)
);

create index request_claim_time_idx on {schema}.request (claim_time);
