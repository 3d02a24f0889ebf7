-- +goose Up

-- A round of an agency's self-assessment as assessment sealed it. A round that was
-- unsealed and submitted again has several seals; the last one that is not late counts.
create table {schema}.seal (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    round smallint not null,
    group_id text collate "C" not null,
    number integer not null,
    -- SHA-256 of content, in hex.
    sha256 text not null,
    -- JSON of parindex.assessment.v1.SealContent in its canonical form.
    content bytea not null,
    seal_time timestamptz not null,
    receive_time timestamptz not null,
    -- True: the seal arrived after its round was approved and changes nothing in it.
    late boolean not null,
    -- When the coordinator opened the round again; null: never (rule A4b).
    unseal_time timestamptz,
    constraint seal_pkey primary key (authority, cycle, agency, round, number),
    -- Begins with the number: seals are looked up by agency and round, and while the
    -- table has no statistics the planner takes an index that begins as the primary
    -- key does for as good as that one, and reads every seal of the cycle.
    constraint seal_number_taken unique (number, cycle, authority),
    constraint seal_round_known check (round in (1, 2)),
    constraint seal_number_counts check (number >= 1),
    constraint seal_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$')
);

-- One item of an agency in a round, as the seal that counts has it.
create table {schema}.claim (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    round smallint not null,
    item text collate "C" not null,
    group_id text collate "C" not null,
    -- The place of the item in its criteria set, from 1.
    position integer not null,
    -- The seal that counts; null: the agency has not submitted the item, and a value is
    -- reported for it.
    seal_number integer,
    -- The first seal of the round with this entry; 0 without a seal.
    since integer not null,
    -- JSON of parindex.assessment.v1.SealedEntry, as it is in the seal.
    entry json not null,
    -- Why the item counts 0; empty if it counts.
    not_counted text not null generated always as (entry ->> 'notCounted') stored,
    constraint claim_pkey primary key (authority, cycle, agency, round, item),
    constraint claim_ordered unique (authority, cycle, round, agency, position),
    constraint claim_seal_fkey foreign key (authority, cycle, agency, round, seal_number)
        references {schema}.seal (authority, cycle, agency, round, number),
    constraint claim_position_counts check (position >= 1),
    constraint claim_since_counts check (since between 0 and coalesce(seal_number, 0)),
    constraint claim_points_not_negative check ((entry ->> 'points')::numeric >= 0)
);

-- The last value that others reported for an item in a round. Assessment keeps the
-- earlier ones.
create table {schema}.report (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    item text collate "C" not null,
    round smallint not null,
    id uuid not null,
    sequence integer not null,
    -- The facts in their canonical form, as parindex.rule.v1.Input.
    facts json not null,
    period text not null,
    source text not null,
    provider text not null,
    provider_name text not null,
    reporter text not null,
    report_time timestamptz not null,
    -- True: the value arrived after its round was approved and changes nothing in it.
    late boolean not null,
    constraint report_pkey primary key (authority, cycle, agency, item, round),
    constraint report_round_known check (round in (1, 2)),
    constraint report_sequence_counts check (sequence >= 1)
);

-- The items of a group that an appraiser appraises.
create table {schema}.assignment (
    id uuid not null,
    authority text collate "C" not null,
    cycle text collate "C" not null,
    group_id text collate "C" not null,
    appraiser uuid not null,
    -- In printed order; none: every item of the group that agencies assess or others
    -- report.
    items text[] not null,
    -- SHA-256 of the items, because an index row cannot hold 2000 of them.
    items_sha256 bytea not null,
    create_time timestamptz not null,
    -- Null: the assignment counts.
    end_time timestamptz,
    constraint assignment_pkey primary key (id),
    constraint assignment_ends_later check (end_time >= create_time)
);

create unique index assignment_once on {schema}.assignment (authority, cycle, group_id, appraiser, items_sha256)
    where end_time is null;
create index assignment_of_cycle on {schema}.assignment (authority, cycle, create_time, id);

-- The current verdict on an item in a round; the audit log has the earlier ones.
create table {schema}.verdict (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    round smallint not null,
    item text collate "C" not null,
    agreed boolean not null,
    -- The canonical form of libs/rule; null: none.
    facts json,
    -- Null: not applicable.
    points numeric,
    reason_code text not null,
    reason text not null,
    override_reason text not null,
    -- {"Name": …, "Kind": …, "Content": …}; null: none.
    missing json,
    -- The home agency of the appraiser; empty: none.
    decided_by text not null,
    decide_time timestamptz not null,
    version bigint not null,
    -- The version of the cycle's guidance that was in force when the verdict was
    -- decided (rule C12); 0: none.
    guidance_version integer not null,
    -- The seal and the reported value that the verdict has judged; 0: none.
    seal_number integer not null,
    report_sequence integer not null,
    constraint verdict_pkey primary key (authority, cycle, agency, round, item),
    constraint verdict_claim_fkey foreign key (authority, cycle, agency, round, item)
        references {schema}.claim (authority, cycle, agency, round, item),
    constraint verdict_reasoned check (agreed = (reason_code = '') and agreed = (reason = '')),
    constraint verdict_override_reasoned check (override_reason = '' or (facts is null and points is not null)),
    constraint verdict_points_not_negative check (points >= 0),
    constraint verdict_version_counts check (version >= 1),
    constraint verdict_guidance_version_counts check (guidance_version >= 0)
);

-- A reduction of an agency's standard points for one item (rule V5).
create table {schema}.reduction (
    id uuid not null,
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    item text collate "C" not null,
    points numeric not null,
    reason text not null,
    text text not null,
    document text not null,
    state text not null,
    decision text not null,
    -- the principal that proposed it and therefore does not decide it
    proposed_by text not null,
    propose_time timestamptz not null,
    decide_time timestamptz,
    -- Counts the decisions and the withdrawal.
    version integer not null,
    constraint reduction_pkey primary key (id),
    constraint reduction_points_positive check (points > 0),
    constraint reduction_state_known check (state in ('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    constraint reduction_decided check ((state in ('APPROVED', 'REJECTED')) = (decide_time is not null)
        and (state in ('APPROVED', 'REJECTED')) = (decision <> '')),
    constraint reduction_version_counts check (version >= 0 and (state = 'PROPOSED') = (version = 0))
);

create unique index reduction_once on {schema}.reduction (authority, cycle, agency, item)
    where state in ('PROPOSED', 'APPROVED');
create index reduction_of_cycle on {schema}.reduction (authority, cycle, propose_time, id);

-- The decision on a round as somebody recorded it. Another person approves the round
-- under it.
create table {schema}.round_decision (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    round smallint not null,
    decision_number text not null,
    recorded_by text not null,
    record_time timestamptz not null,
    -- the hash of what was decided on
    dossier_sha256 text not null,
    constraint round_decision_pkey primary key (authority, cycle, round),
    constraint round_decision_round_known check (round in (1, 2)),
    constraint round_decision_numbered check (decision_number <> '' and recorded_by <> '')
);

-- The approvals of a round. A round is approved again after each reopening.
create table {schema}.approval (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    round smallint not null,
    -- Counts the approvals of the round, from 1.
    number integer not null,
    decision_number text not null,
    approve_time timestamptz not null,
    constraint approval_pkey primary key (authority, cycle, round, number),
    constraint approval_round_known check (round in (1, 2)),
    constraint approval_number_counts check (number >= 1),
    constraint approval_numbered check (decision_number <> '')
);

-- The reopenings of a round. The round is reopened until it has an approval with the
-- next number.
create table {schema}.reopening (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    round smallint not null,
    -- The number of the approval that it reopens.
    approval integer not null,
    document_number text not null,
    reason text not null,
    -- The items that can be decided again, [{"Agency": …, "Item": …}]; empty: every item.
    cases json not null,
    open_time timestamptz not null,
    constraint reopening_pkey primary key (authority, cycle, round, approval),
    constraint reopening_approval_fkey foreign key (authority, cycle, round, approval)
        references {schema}.approval (authority, cycle, round, number),
    constraint reopening_reasoned check (document_number <> '' and reason <> ''),
    constraint reopening_cases_list check (json_typeof(cases) = 'array')
);

-- The current decision of the deciding body on an item in a round; the audit log has the
-- earlier ones.
create table {schema}.override (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    round smallint not null,
    agency text collate "C" not null,
    item text collate "C" not null,
    -- The columns of a verdict.
    agreed boolean not null,
    facts json,
    points numeric,
    reason_code text not null,
    reason text not null,
    override_reason text not null,
    missing json,
    decided_by text not null,
    decide_time timestamptz not null,
    guidance_version integer not null,
    version bigint not null,
    constraint override_pkey primary key (authority, cycle, round, agency, item),
    constraint override_round_known check (round in (1, 2)),
    constraint override_reasoned check (not agreed and reason_code <> '' and reason <> ''),
    constraint override_points_reasoned check (override_reason = '' or (facts is null and points is not null)),
    constraint override_points_not_negative check (points >= 0),
    constraint override_version_counts check (version >= 1),
    constraint override_guidance_version_counts check (guidance_version >= 0)
);

-- The result of an approved round for one agency.
create table {schema}.outcome (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    round smallint not null,
    -- Counts the outcomes of the agency's round, from 1.
    version integer not null,
    -- The number of the approval that sealed it.
    approval integer not null,
    -- JSON of parindex.appraisal.v1.OutcomeContent in its canonical form.
    content bytea not null,
    -- SHA-256 of content, in hex.
    sha256 text not null,
    seal_time timestamptz not null,
    -- When assessment took it; null: not yet.
    receive_time timestamptz,
    constraint outcome_pkey primary key (authority, cycle, round, agency, version),
    constraint outcome_approval_fkey foreign key (authority, cycle, round, approval)
        references {schema}.approval (authority, cycle, round, number),
    constraint outcome_version_counts check (version >= 1),
    constraint outcome_sha256_hex check (sha256 = encode(sha256(content), 'hex'))
);

create index outcome_undelivered on {schema}.outcome (seal_time, authority, cycle, round, agency, version)
    where receive_time is null;

-- Seals, approvals, reopenings and outcomes never change, except that the receipt of an
-- outcome and the unsealing of a seal are noted once. An assignment ends once. The audit
-- log has the earlier decisions on a reduction; a withdrawn one never changes. A claim
-- follows the seal that counts.
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

create trigger seal_stays before delete or truncate on {schema}.seal
    for each statement execute function {schema}.refuse();
create trigger seal_unsealed_once before update on {schema}.seal for each row
    when (old.unseal_time is not null or new.unseal_time is null or
        (old.authority, old.cycle, old.agency, old.round, old.group_id, old.number, old.sha256, old.content, old.seal_time, old.receive_time, old.late)
        is distinct from (new.authority, new.cycle, new.agency, new.round, new.group_id, new.number, new.sha256, new.content, new.seal_time, new.receive_time, new.late))
    execute function {schema}.refuse();
create trigger claim_stays before delete or truncate on {schema}.claim
    for each statement execute function {schema}.refuse();
create trigger approval_stays before update or delete or truncate on {schema}.approval
    for each statement execute function {schema}.refuse();
create trigger reopening_stays before update or delete or truncate on {schema}.reopening
    for each statement execute function {schema}.refuse();
create trigger outcome_stays before delete or truncate on {schema}.outcome
    for each statement execute function {schema}.refuse();
create trigger assignment_stays before delete or truncate on {schema}.assignment
    for each statement execute function {schema}.refuse();
create trigger reduction_stays before delete or truncate on {schema}.reduction
    for each statement execute function {schema}.refuse();

create trigger outcome_received_once before update on {schema}.outcome for each row
    when (old.receive_time is not null or new.receive_time is null or
        (old.authority, old.cycle, old.agency, old.round, old.version, old.approval, old.content, old.sha256, old.seal_time)
        is distinct from (new.authority, new.cycle, new.agency, new.round, new.version, new.approval, new.content, new.sha256, new.seal_time))
    execute function {schema}.refuse();
create trigger assignment_ended_once before update on {schema}.assignment for each row
    when (old.end_time is not null or new.end_time is null or
        (old.id, old.authority, old.cycle, old.group_id, old.appraiser, old.items, old.items_sha256, old.create_time)
        is distinct from (new.id, new.authority, new.cycle, new.group_id, new.appraiser, new.items, new.items_sha256, new.create_time))
    execute function {schema}.refuse();
create trigger reduction_decided_anew before update on {schema}.reduction for each row
    when (old.state = 'WITHDRAWN' or new.state = 'PROPOSED' or new.state = 'WITHDRAWN' and old.state <> 'PROPOSED' or
        new.version <> old.version + 1 or
        (old.id, old.authority, old.cycle, old.agency, old.item, old.points, old.reason, old.text, old.document, old.propose_time)
        is distinct from (new.id, new.authority, new.cycle, new.agency, new.item, new.points, new.reason, new.text, new.document, new.propose_time))
    execute function {schema}.refuse();
