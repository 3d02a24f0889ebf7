-- +goose Up

create table {schema}.plan (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    id text collate "C" not null,
    state text not null,
    -- The content in its canonical form, whose SHA-256 is in sha256. The type json,
    -- unlike jsonb, keeps its bytes.
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

-- The items that opened plans link; in one cycle an item is linked by at most one
-- plan.
create table {schema}.item_link (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    "group" text collate "C" not null,
    item text collate "C" not null,
    plan text collate "C" not null,
    constraint item_link_taken primary key (authority, cycle, "group", item),
    constraint item_link_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id)
);

-- An invitation, with which one person responds once. Only the hash of its token is
-- stored. The columns say that it was used, but neither when nor for which response
-- (rule Q10).
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
) with (fillfactor = 90); -- leaves space in the page for the update of used

create index invitation_plan on {schema}.invitation (authority, cycle, plan, agency);

-- The columns of a response contain no invitation and no time (rule Q10). The README
-- lists what else could connect them, before and after the plan is closed.
create table {schema}.response (
    id uuid not null,
    authority text collate "C" not null,
    cycle text collate "C" not null,
    plan text collate "C" not null,
    agency text collate "C" not null,
    -- One element for each question: a satisfaction from 1 to 5, or the position of
    -- the chosen option from 1; 0 for no answer and for a text.
    choices smallint[] not null,
    -- One element for each question, empty if its answer is no text; an empty array if
    -- the response has no text.
    texts text[] not null,
    -- An HMAC of the answers under the token of the invitation, which is stored
    -- nowhere.
    mac bytea not null,
    constraint response_pkey primary key (id),
    constraint response_mac_hashed check (octet_length(mac) = 32),
    constraint response_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id)
);

create index response_plan on {schema}.response (authority, cycle, plan, agency);

-- The results of closed plans (rule Q13).
create table {schema}.result_snapshot (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    plan text collate "C" not null,
    -- JSON in its canonical form, whose SHA-256 is in sha256.
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
    raise exception 'frozen rows never change' using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

-- After its opening a plan changes only by being closed.
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

-- An invitation is used once, and its use is never undone. An update that changes
-- nothing is allowed: the closing of a plan rewrites rows.
create trigger invitation_used_once before update on {schema}.invitation for each row
    when (new.* is distinct from old.* and (old.used or not new.used
        or (new.id, new.authority, new.cycle, new.plan, new.agency, new.token_sha256)
            is distinct from (old.id, old.authority, old.cycle, old.plan, old.agency, old.token_sha256)))
    execute function {schema}.refuse();
create trigger invitation_kept before delete on {schema}.invitation
    for each row execute function {schema}.refuse();

create trigger response_stays before update on {schema}.response for each row
    when (new.* is distinct from old.*) execute function {schema}.refuse();
create trigger response_never_deleted before delete on {schema}.response
    for each row execute function {schema}.refuse();
create trigger response_kept before truncate on {schema}.response
    for each statement execute function {schema}.refuse();

create trigger result_snapshot_stays before update or delete on {schema}.result_snapshot
    for each row execute function {schema}.refuse();
create trigger result_snapshot_kept before truncate on {schema}.result_snapshot
    for each statement execute function {schema}.refuse();

-- shuffle rewrites the responses and the invitations of a plan, each in a random
-- order, so that neither xmin nor the position on disk reveals which of them were
-- stored together or in which order (rule Q10).
-- +goose StatementBegin
create function {schema}.shuffle(authority text, cycle text, plan text) returns void language plpgsql as $$
declare
    next uuid;
begin
    for next in
        select r.id from {schema}.response r
        where (r.authority, r.cycle, r.plan) = (shuffle.authority, shuffle.cycle, shuffle.plan)
        order by gen_random_uuid()
    loop
        update {schema}.response set id = id where id = next;
    end loop;
    for next in
        select i.id from {schema}.invitation i
        where (i.authority, i.cycle, i.plan) = (shuffle.authority, shuffle.cycle, shuffle.plan)
        order by gen_random_uuid()
    loop
        update {schema}.invitation set id = id where id = next;
    end loop;
end
$$;
-- +goose StatementEnd
