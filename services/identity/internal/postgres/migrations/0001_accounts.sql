-- +goose Up

-- Accounts of people. authority is the home, empty for administrators of the platform.
create table {schema}.account (
    id uuid not null,
    authority text not null,
    agency text not null,
    login text not null,
    display_name text not null,
    -- the name without accents and capitals, by which people are found
    name_key text not null,
    password_hash text not null,
    state text not null,
    create_time timestamptz not null,
    revision bigint not null,
    -- null: nobody has logged in yet
    last_login_time timestamptz,
    -- the administrator who last set the password; null: a local command
    password_by uuid,
    -- whether the person has changed the password since
    own_password boolean not null default false,
    constraint account_pkey primary key (id),
    constraint account_login_key unique (login),
    constraint account_login_lower check (login = lower(login) and login <> ''),
    constraint account_agency_home check (agency = '' or authority <> ''),
    constraint account_password_argon2id check (password_hash like '$argon2id$%'),
    constraint account_state_known check (state in ('active', 'disabled')),
    constraint account_revision_counts check (revision >= 1)
);

create index account_authority_idx on {schema}.account (authority, login);

-- Roles of accounts. authority is empty for every authority. Ended roles are kept,
-- because auditors ask years later who had which role.
create table {schema}.role_binding (
    id uuid not null,
    account uuid not null,
    authority text not null,
    agency text not null,
    role text not null,
    end_time timestamptz,
    create_time timestamptz not null,
    -- while there are any, the role is pending, and none of these accounts confirms it
    askers uuid[] not null default '{}',
    constraint role_binding_pkey primary key (id),
    constraint role_binding_account_fkey foreign key (account) references {schema}.account (id),
    constraint role_binding_agency_scope check (agency = '' or authority <> ''),
    constraint role_binding_role_known check (role in (
        'agency_editor', 'agency_head', 'appraiser', 'appraisal_council_member', 'coordinator', 'approver',
        'survey_operator', 'interviewer', 'back_checker', 'observer', 'inspector', 'data_provider', 'administrator')),
    constraint role_binding_ends_after_start check (end_time >= create_time)
);

-- This index covers bindings without an end date. For bindings with one the service
-- itself refuses doubles, under the lock on the account: an index cannot read the clock.
create unique index role_binding_open_key on {schema}.role_binding (account, authority, agency, role) where end_time is null;
create index role_binding_authority_idx on {schema}.role_binding (authority, create_time, id);

-- Tokens are kept as SHA-256 only.
create table {schema}.session (
    id uuid not null,
    account uuid not null,
    family_hash bytea not null,
    secret_hash bytea not null,
    previous_hash bytea,
    nonce bytea,
    rotate_time timestamptz,
    create_time timestamptz not null,
    expire_time timestamptz not null,
    end_time timestamptz not null,
    -- the browser and the system of the login; empty if they are not known
    device text not null,
    constraint session_pkey primary key (id),
    constraint session_family_key unique (family_hash),
    constraint session_account_fkey foreign key (account) references {schema}.account (id),
    constraint session_hashes_sha256 check (
        octet_length(family_hash) = 32 and octet_length(secret_hash) = 32 and octet_length(previous_hash) = 32 and octet_length(nonce) = 32),
    constraint session_rotation_whole check (num_nulls(previous_hash, nonce, rotate_time) in (0, 3)),
    constraint session_times_ordered check (create_time <= expire_time and expire_time <= end_time)
);

create index session_account_idx on {schema}.session (account);
create index session_expire_time_idx on {schema}.session (expire_time);

-- Failures of logins and secrets. The owner is the SHA-256 of the account's id or the
-- service account's name; for a name that no account has it is an HMAC-SHA-256 with a
-- pepper that is not in the database. The key is the owner, or an HMAC of the owner and
-- one source of its failures: an address, a known browser or a session.
create table {schema}.login_failure (
    key bytea not null,
    owner bytea not null,
    count int not null,
    last_time timestamptz not null,
    locked_until timestamptz,
    constraint login_failure_pkey primary key (key),
    constraint login_failure_key_sha256 check (octet_length(key) = 32),
    constraint login_failure_owner_sha256 check (octet_length(owner) = 32),
    constraint login_failure_count_counts check (count >= 0)
);

create index login_failure_owner_idx on {schema}.login_failure (owner);
create index login_failure_last_time_idx on {schema}.login_failure (last_time);

-- Accounts of software. authority is empty for the platform's own services.
create table {schema}.service_account (
    name text not null,
    authority text not null,
    agency text not null,
    secret_hash bytea not null,
    state text not null,
    create_time timestamptz not null,
    constraint service_account_pkey primary key (name),
    constraint service_account_agency_scope check (agency = '' or authority <> ''),
    constraint service_account_secret_sha256 check (octet_length(secret_hash) = 32),
    constraint service_account_state_known check (state in ('active', 'disabled'))
);

create index service_account_authority_idx on {schema}.service_account (authority, name);

-- The authorities and agencies of catalog, as they were when catalog was last read.
-- Accounts and roles refer to them without a foreign key, because the command line
-- makes accounts before the first catalog is imported.
create table {schema}.known_authority (
    id text collate "C" not null,
    constraint known_authority_pkey primary key (id)
);

create table {schema}.known_agency (
    authority text collate "C" not null,
    id text collate "C" not null,
    name text not null,
    name_key text not null,
    constraint known_agency_pkey primary key (authority, id),
    constraint known_agency_authority_fkey foreign key (authority) references {schema}.known_authority (id)
);
