-- +goose Up

-- The service's copy of each cycle. A write locks the row FOR SHARE and a closing
-- locks it FOR UPDATE. The windows are in the row, not in a table of their own,
-- because a lock that had to wait reads only the locked row again.
create table {schema}.cycle_window (
    authority text not null,
    cycle text not null,
    -- null: an imported cycle, which has no phases
    phase text,
    -- {"SELF_1": {"open": "2026-10-01T00:00:00Z", "close": "2026-10-31T17:00:00Z"}}
    windows jsonb not null,
    -- later deadlines of agencies and groups:
    -- [{"phase": "SELF_1", "agency": "so-y-te", "close": "2026-11-05T17:00:00Z", "letter": "12/SNV"}]
    extensions jsonb not null default '[]',
    revision bigint not null,
    constraint cycle_window_pkey primary key (authority, cycle),
    constraint cycle_window_authority_named check (authority <> ''),
    constraint cycle_window_cycle_named check (cycle <> ''),
    constraint cycle_window_phase_known check (phase in ('PREPARATION', 'SELF_1', 'APPRAISAL_1', 'SELF_2',
        'APPRAISAL_2', 'APPRAISAL_COUNCIL', 'PRESENTED', 'PUBLISHED', 'REPORTED', 'ARCHIVED')),
    constraint cycle_window_windows_object check (jsonb_typeof(windows) = 'object'),
    -- Only phases are keys: nothing is left without them.
    constraint cycle_window_windows_of_phases check (jsonb_typeof(windows) <> 'object' or
        windows - array['PREPARATION', 'SELF_1', 'APPRAISAL_1', 'SELF_2', 'APPRAISAL_2', 'APPRAISAL_COUNCIL',
            'PRESENTED', 'PUBLISHED', 'REPORTED', 'ARCHIVED'] = '{}'),
    constraint cycle_window_imported_without_windows check (phase is not null or windows = '{}'),
    constraint cycle_window_extensions_list check (jsonb_typeof(extensions) = 'array'),
    constraint cycle_window_revision_counts check (revision >= 1)
);

-- The progress of all replicas together; exactly one row. Pollers lock it, so
-- that they apply changes one after another.
create table {schema}.projection_state (
    single boolean not null default true,
    revision bigint not null,
    -- when the first full snapshot was applied; null before
    complete_time timestamptz,
    constraint projection_state_pkey primary key (single),
    constraint projection_state_one_row check (single),
    constraint projection_state_revision_counts check (revision >= 0)
);

insert into {schema}.projection_state (revision) values (0);
