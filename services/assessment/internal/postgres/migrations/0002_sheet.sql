-- +goose Up

-- The sheet of one agency in one cycle (rule A1). Every change of the sheet locks this
-- row, which has no other purpose. The first change creates it.
create table {schema}.sheet (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    constraint sheet_pkey primary key (authority, cycle, agency)
);

-- The assessment of one item by the agency: a working copy, which continues from round
-- to round.
create table {schema}.entry (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    item text collate "C" not null,
    -- The facts in their canonical form, as parindex.rule.v1.Input; null: none.
    input json,
    justification text not null,
    -- The documents, in the agency's order.
    evidence json not null,
    round smallint not null,
    version bigint not null,
    update_time timestamptz not null,
    -- The number of bytes of the entry in a seal, so that a write need not read the
    -- whole sheet to check the size of all entries.
    size integer not null,
    constraint entry_pkey primary key (authority, cycle, agency, item),
    constraint entry_sheet_fkey foreign key (authority, cycle, agency) references {schema}.sheet (authority, cycle, agency),
    constraint entry_input_object check (json_typeof(input) = 'object'),
    constraint entry_evidence_list check (json_typeof(evidence) = 'array'),
    constraint entry_round_known check (round in (1, 2)),
    constraint entry_version_counts check (version >= 1),
    constraint entry_size_counts check (size >= 0)
);

-- The number of the last seal of a cycle. A submission takes the next number and locks
-- the row until it commits, so that no number is missing.
create table {schema}.seal_counter (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    last integer not null,
    constraint seal_counter_pkey primary key (authority, cycle),
    constraint seal_counter_counts check (last >= 1)
);

-- A submitted round (rule A4). A round that was unsealed and submitted again has several
-- seals.
create table {schema}.seal (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    round smallint not null,
    number integer not null,
    seal_time timestamptz not null,
    -- SHA-256 of content, in hex.
    sha256 text not null,
    -- JSON of parindex.assessment.v1.SealContent in its canonical form.
    content bytea not null,
    item_count integer not null,
    evidence_count integer not null,
    -- When the appraisal confirmed the receipt; null: not yet.
    receive_time timestamptz,
    -- When the coordinator opened the round again, and why; null: never (rule A4b).
    unseal_time timestamptz,
    unseal_reason text not null default '',
    -- The letter that extended the deadline; empty: submitted before that of all.
    letter text not null default '',
    constraint seal_pkey primary key (authority, cycle, agency, round, number),
    constraint seal_sheet_fkey foreign key (authority, cycle, agency) references {schema}.sheet (authority, cycle, agency),
    -- Begins with the number: seals are looked up by agency and round, and while the
    -- table has no statistics the planner takes an index that begins as the primary
    -- key does for as good as that one, and reads every seal of the cycle.
    constraint seal_number_key unique (number, cycle, authority),
    constraint seal_round_known check (round in (1, 2)),
    constraint seal_number_counts check (number >= 1),
    constraint seal_sha256_of_content check (sha256 = encode(sha256(content), 'hex')),
    constraint seal_items_count check (item_count >= 0 and evidence_count >= 0),
    -- A larger seal would not fit into a message, and the appraisal could fetch neither
    -- it nor the seals after it.
    constraint seal_unsealed_reasoned check ((unseal_time is null) = (unseal_reason = '')),
    constraint seal_content_fits check (octet_length(content) <= 2097152)
);
create unique index seal_once on {schema}.seal (authority, cycle, agency, round) where unseal_time is null;
create index seal_unreceived on {schema}.seal (seal_time, authority, cycle, number) where receive_time is null;

-- The outcome of a round of appraisal, as the appraisal delivered it (rule A5).
create table {schema}.hand_back (
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    round smallint not null,
    -- Counts the outcomes of the agency's round, from 1.
    version integer not null,
    -- JSON of parindex.appraisal.v1.OutcomeContent in its canonical form.
    content bytea not null,
    -- SHA-256 of content, in hex.
    sha256 text not null,
    receive_time timestamptz not null,
    -- The items of content that the agency assesses, with their reductions.
    items json not null,
    -- The seal on which the result rests; 0: none.
    seal_number integer not null,
    constraint hand_back_pkey primary key (authority, cycle, agency, round, version),
    constraint hand_back_version_counts check (version >= 1),
    constraint hand_back_sheet_fkey foreign key (authority, cycle, agency) references {schema}.sheet (authority, cycle, agency),
    constraint hand_back_round_known check (round in (1, 2)),
    constraint hand_back_sha256_of_content check (sha256 = encode(sha256(content), 'hex')),
    constraint hand_back_items_list check (json_typeof(items) = 'array')
);

-- Values that other agencies or systems report (rule A6). sequence numbers the reports
-- of one item; the last report counts.
create table {schema}.reported_value (
    id uuid not null,
    authority text collate "C" not null,
    cycle text collate "C" not null,
    agency text collate "C" not null,
    item text collate "C" not null,
    sequence integer not null,
    -- The facts in their canonical form, as parindex.rule.v1.Input.
    input json not null,
    period text not null,
    source text not null,
    -- The agency that reports the value, and its name at that time; empty for software
    -- that belongs to no agency.
    provider text collate "C" not null,
    provider_name text not null,
    -- The service account; empty for a person.
    reporter text not null,
    report_time timestamptz not null,
    -- When the appraisal confirmed the receipt; null: not yet.
    receive_time timestamptz,
    constraint reported_value_pkey primary key (id),
    constraint reported_value_sheet_fkey foreign key (authority, cycle, agency) references {schema}.sheet (authority, cycle, agency),
    constraint reported_value_sequence_key unique (authority, cycle, agency, item, sequence),
    constraint reported_value_sequence_counts check (sequence >= 1),
    constraint reported_value_input_object check (json_typeof(input) = 'object'),
    constraint reported_value_described check (period <> '' and source <> '' and (reporter <> '' or provider <> '')),
    constraint reported_value_provider_named check ((provider = '') = (provider_name = ''))
);
-- The last report of each item first: a page of those that count reads no more than it
-- shows, also before the table was ever analysed (architecture decision 19).
create index reported_value_latest on {schema}.reported_value (authority, cycle, agency, item, sequence desc);
create index reported_value_unreceived on {schema}.reported_value (report_time, id) where receive_time is null;

-- A seal and a reported value never change, except that their receipt is recorded once. A
-- seal is unsealed once, and that is received again.
-- +goose StatementBegin
create function {schema}.sheet_refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'seal' then
        if (old.receive_time is null and new.receive_time is not null and new.unseal_time is not distinct from old.unseal_time
                and new.unseal_reason = old.unseal_reason
                or old.unseal_time is null and new.unseal_time is not null and new.receive_time is null)
            and new.letter = old.letter and (new.authority, new.cycle, new.agency, new.round, new.number, new.seal_time, new.sha256, new.content,
                new.item_count, new.evidence_count)
            is not distinct from (old.authority, old.cycle, old.agency, old.round, old.number, old.seal_time, old.sha256, old.content,
                old.item_count, old.evidence_count) then
            return new;
        end if;
    end if;
    if tg_op = 'UPDATE' and tg_table_name = 'reported_value' then
        if old.receive_time is null and new.receive_time is not null
            and to_jsonb(new) - 'receive_time' = to_jsonb(old) - 'receive_time' then
            return new;
        end if;
    end if;
    raise exception '% never changes', tg_table_name using
        errcode = 'restrict_violation',
        schema = tg_table_schema,
        table = tg_table_name,
        constraint = tg_name;
end
$$;
-- +goose StatementEnd

create trigger seal_stays before update or delete on {schema}.seal
    for each row execute function {schema}.sheet_refuse();
create trigger seal_all_stay before truncate on {schema}.seal
    for each statement execute function {schema}.sheet_refuse();
create trigger hand_back_stays before update or delete or truncate on {schema}.hand_back
    for each statement execute function {schema}.sheet_refuse();
create trigger reported_value_stays before update or delete on {schema}.reported_value
    for each row execute function {schema}.sheet_refuse();
create trigger reported_values_all_stay before truncate on {schema}.reported_value
    for each statement execute function {schema}.sheet_refuse();
