-- +goose Up

create table {schema}.plan (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    id text collate "C" not null,
    state text not null,
    -- The content in its canonical form; the type json keeps the text as it was
    -- given, and sha256 is of it, in hex.
    content json not null,
    sha256 text not null,
    open_time timestamptz,
    close_time timestamptz,
    version bigint not null,
    constraint plan_pkey primary key (authority, cycle, id),
    constraint plan_id_slug check (id ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    constraint plan_state_known check (state in ('DRAFT', 'OPEN', 'CLOSED')),
    constraint plan_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint plan_open_timed check ((state = 'DRAFT') = (open_time is null)),
    constraint plan_close_timed check ((state = 'CLOSED') = (close_time is not null)),
    constraint plan_version_counts check (version >= 1)
);

-- The items that opened plans link: each in one plan of the cycle at most.
create table {schema}.item_link (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    "group" text collate "C" not null,
    item text collate "C" not null,
    plan text collate "C" not null,
    constraint item_link_taken primary key (authority, cycle, "group", item),
    constraint item_link_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id)
);

-- A link by which one person answers once. Only the hash of its secret is kept,
-- and of its use, in these columns, only that it happened: neither when nor by
-- which response (rule Q10).
create table {schema}.invitation (
    id uuid not null,
    authority text collate "C" not null,
    cycle text collate "C" not null,
    plan text collate "C" not null,
    agency text collate "C" not null,
    token_sha256 bytea not null,
    used boolean not null default false,
    constraint invitation_pkey primary key (id),
    constraint invitation_token_taken unique (token_sha256),
    constraint invitation_token_hashed check (octet_length(token_sha256) = 32),
    constraint invitation_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id)
) with (fillfactor = 90); -- room to note the use beside the row

create index invitation_plan on {schema}.invitation (authority, cycle, plan, agency);

-- The columns of a response name no invitation and no instant (rule Q10); what
-- else tells of it until its plan is closed, and after, stands in the README.
create table {schema}.response (
    id uuid not null,
    authority text collate "C" not null,
    cycle text collate "C" not null,
    plan text collate "C" not null,
    agency text collate "C" not null,
    -- By the place of the question: a satisfaction from 1 to 5, or the place of the
    -- option chosen from 1 on; 0: not answered, or in words.
    choices smallint[] not null,
    -- By the place of the question, empty where nobody wrote any.
    texts text[] not null,
    -- An HMAC of the answers under the secret of the link, which is kept nowhere.
    mac bytea not null,
    constraint response_pkey primary key (id),
    constraint response_mac_hashed check (octet_length(mac) = 32),
    constraint response_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id)
);

create index response_plan on {schema}.response (authority, cycle, plan, agency);

-- What a closed plan came to (rule Q13).
create table {schema}.result_snapshot (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    plan text collate "C" not null,
    -- JSON in its canonical form; sha256 is of it, in hex.
    content bytea not null,
    sha256 text not null,
    close_time timestamptz not null,
    constraint result_snapshot_pkey primary key (authority, cycle, plan),
    constraint result_snapshot_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id),
    constraint result_snapshot_hashed check (sha256 = encode(sha256(content), 'hex'))
);

-- +goose StatementBegin
create function {schema}.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'what is frozen never changes' using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

-- Once opened a plan never changes but in its state, and that only onwards.
create trigger plan_opened_stays before update on {schema}.plan for each row
    when (old.state <> 'DRAFT' and (
        (old.state, new.state) <> ('OPEN', 'CLOSED')
        or (new.authority, new.cycle, new.id, new.content::text, new.sha256, new.open_time)
            is distinct from (old.authority, old.cycle, old.id, old.content::text, old.sha256, old.open_time)))
    execute function {schema}.refuse();
create trigger plan_opened_kept before delete on {schema}.plan for each row
    when (old.state <> 'DRAFT') execute function {schema}.refuse();
create trigger plan_stays before truncate on {schema}.plan
    for each statement execute function {schema}.refuse();

create trigger item_link_stays before update or delete on {schema}.item_link
    for each row execute function {schema}.refuse();

-- A link is used once and for ever.
create trigger invitation_used_once before update on {schema}.invitation for each row
    when (old.used or not new.used
        or (new.id, new.authority, new.cycle, new.plan, new.agency, new.token_sha256)
            is distinct from (old.id, old.authority, old.cycle, old.plan, old.agency, old.token_sha256))
    execute function {schema}.refuse();
create trigger invitation_kept before delete on {schema}.invitation
    for each row execute function {schema}.refuse();

create trigger response_stays before update or delete on {schema}.response
    for each row execute function {schema}.refuse();
create trigger response_kept before truncate on {schema}.response
    for each statement execute function {schema}.refuse();

create trigger result_snapshot_stays before update or delete on {schema}.result_snapshot
    for each row execute function {schema}.refuse();
create trigger result_snapshot_kept before truncate on {schema}.result_snapshot
    for each statement execute function {schema}.refuse();
