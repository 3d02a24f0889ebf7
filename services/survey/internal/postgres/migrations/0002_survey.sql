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
    constraint plan_state_known check (state in ('DRAFT', 'OPEN', 'CLOSED', 'CANCELLED')),
    constraint plan_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint plan_open_timed check (state = 'CANCELLED' or (state = 'DRAFT') = (open_time is null)),
    constraint plan_close_timed check (state = 'CANCELLED' or (state = 'CLOSED') = (close_time is not null)),
    constraint plan_version_counts check (version >= 1)
);

-- Each time that a plan was reopened or cancelled (rule Y7).
create table {schema}.reversal (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    plan text collate "C" not null,
    number integer not null,
    state text not null,
    document_number text not null,
    reason text not null,
    -- The SHA-256 of the result that was withdrawn; empty if the plan had none.
    withdrawn text not null,
    principal text not null,
    reverse_time timestamptz not null,
    constraint reversal_pkey primary key (authority, cycle, plan, number),
    constraint reversal_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id),
    constraint reversal_number_counts check (number >= 1),
    constraint reversal_state_known check (state in ('OPEN', 'CANCELLED')),
    constraint reversal_withdrawn_hex check (withdrawn ~ '^([0-9a-f]{64})?$')
);

-- The items that open and closed plans link; in one cycle an item is linked by at most
-- one of them.
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

-- The results of plans, one for each closing (rule Q13). While a plan is closed, the
-- last one counts.
create table {schema}.result_snapshot (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    plan text collate "C" not null,
    version integer not null,
    -- JSON in its canonical form, whose SHA-256 is in sha256.
    content bytea not null,
    sha256 text not null,
    close_time timestamptz not null,
    constraint result_snapshot_pkey primary key (authority, cycle, plan, version),
    constraint result_snapshot_plan_fkey foreign key (authority, cycle, plan) references {schema}.plan (authority, cycle, id),
    constraint result_snapshot_version_counts check (version >= 1),
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

-- After its opening a plan changes only by being closed, reopened and cancelled.
create trigger plan_opened_stays before update on {schema}.plan for each row
    when (old.state <> 'DRAFT' and (
        (old.state, new.state) not in (('OPEN', 'CLOSED'), ('CLOSED', 'OPEN'), ('OPEN', 'CANCELLED'), ('CLOSED', 'CANCELLED'), ('CANCELLED', 'OPEN'))
        or (new.authority, new.cycle, new.id, new.content::text, new.sha256, new.open_time)
            is distinct from (old.authority, old.cycle, old.id, old.content::text, old.sha256, old.open_time)))
    execute function {schema}.refuse();
create trigger plan_opened_kept before delete on {schema}.plan for each row
    when (old.state <> 'DRAFT') execute function {schema}.refuse();
create trigger plan_stays before truncate on {schema}.plan
    for each statement execute function {schema}.refuse();

create trigger reversal_stays before update or delete on {schema}.reversal
    for each row execute function {schema}.refuse();
create trigger reversal_kept before truncate on {schema}.reversal
    for each statement execute function {schema}.refuse();

create trigger item_link_stays before update on {schema}.item_link
    for each row execute function {schema}.refuse();

-- The items of a cancelled plan are free for other plans.
-- +goose StatementBegin
create function {schema}.keep_link() returns trigger language plpgsql as $$
begin
    if exists (
        select from {schema}.plan p
        where (p.authority, p.cycle, p.id) = (old.authority, old.cycle, old.plan) and p.state = 'CANCELLED'
    ) then
        return old;
    end if;
    raise exception 'the items of open and closed plans stay linked' using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

create trigger item_link_kept before delete on {schema}.item_link
    for each row execute function {schema}.keep_link();

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
