-- The statements of AssessmentService.UpdateEntry in their order and in the same
-- round trips. Each client writes one of its agency's items at random, in the
-- cycle that the platform does not write in. Values that do not affect
-- the work are constants of the usual size.
\set item random(0, 19)

-- The state of the cycle. The last three columns come from the request.
select authority, cycle, coalesce(phase, '') as phase, windows, revision,
    'don-vi-' || lpad((:client_id + 1)::text, 2, '0') as agency,
    'i.' || (:item / 4 + 1) || '.' || (:item % 4 + 1) as code,
    gen_random_uuid() as request
from assessment.cycle_window
where authority = 'bench' and cycle = '2025' \gset

begin isolation level read committed;

-- The request takes effect once.
insert into assessment.request (principal, method, request_id, hash)
values ('person:01a2020d-63b3-71b4-9ddf-baf04dddc882', '/parindex.assessment.v1.AssessmentService/UpdateEntry', :request,
    '\x9b67ec29982d9f8b015a919a1191f6f51ecee07105d400c07de000bbf8da1f83')
on conflict on constraint request_pkey do nothing;

-- The window's guard.
\startpipeline
select pg_advisory_xact_lock_shared(hashtextextended('assessment.cycle_window/bench/2025', 0));
select authority, cycle, coalesce(phase, ''), windows, revision
from assessment.cycle_window
where authority = 'bench' and cycle = '2025' for share;
\endpipeline

-- The sheet's lock.
\startpipeline
insert into assessment.sheet (authority, cycle, agency) values ('bench', '2025', :agency)
on conflict on constraint sheet_pkey do nothing;
select from assessment.sheet
where authority = 'bench' and cycle = '2025' and agency = :agency
for update;
\endpipeline

-- The sheet, with the entry of the item only.
\startpipeline
select item, coalesce(input, 'null'), justification, evidence, round, version, update_time, size
from assessment.entry
where authority = 'bench' and cycle = '2025' and agency = :agency and (:code = '' or item = :code);
select distinct on (item) id::text, authority, cycle, agency, item, input, period, source, reporter, report_time
from assessment.reported_value
where authority = 'bench' and cycle = '2025' and agency = :agency
order by item, sequence desc;
select authority, cycle, agency, round, number, seal_time, sha256, null::bytea, item_count, evidence_count, receive_time
from assessment.seal
where authority = 'bench' and cycle = '2025' and agency = :agency
order by round;
select authority, cycle, agency, round, null::bytea, sha256, receive_time, items
from assessment.hand_back
where authority = 'bench' and cycle = '2025' and agency = :agency
order by round;
select coalesce(sum(size), 0) from assessment.entry
where authority = 'bench' and cycle = '2025' and agency = :agency;
\endpipeline

insert into assessment.entry (authority, cycle, agency, item, input, justification, evidence, round, version, update_time, size)
values ('bench', '2025', :agency, :code, '{"option":"timely"}', 'Đã thực hiện đầy đủ theo kế hoạch được phê duyệt.',
    '[{"title":"Báo cáo kết quả thực hiện kế hoạch","documentNumber":"12/BC-UBND","issuer":"Ủy ban nhân dân","issueDate":"2024-11-30"}]',
    1, 5, now(), 300)
on conflict on constraint entry_pkey
do update set input = excluded.input, justification = excluded.justification, evidence = excluded.evidence,
    round = excluded.round, version = excluded.version, update_time = excluded.update_time, size = excluded.size;

-- The audit entry, in the chain of the sheet.
insert into assessment.audit_head as head (resource, sequence, hash)
values ('authorities/bench/cycles/2025/agencies/' || :agency || '/sheet', 0,
    '\x0000000000000000000000000000000000000000000000000000000000000000')
on conflict on constraint audit_head_pkey do update set sequence = head.sequence
returning sequence, hash \gset
with entry as (
    insert into assessment.audit_entry (resource, sequence, time, principal, action, change, reason, previous_hash, hash)
    values ('authorities/bench/cycles/2025/agencies/' || :agency || '/sheet', :sequence::bigint + 1, now(),
        'person:01a2020d-63b3-71b4-9ddf-baf04dddc882', 'update-entry',
        '{"item":"i.1.1","round":1,"from":{"version":4,"input":{"option":"timely"},"justified": true,"evidence":1},"to":{"version":5,"input":{"option":"timely"},"justified": true,"evidence":1}}',
        '', :hash, '\x9b67ec29982d9f8b015a919a1191f6f51ecee07105d400c07de000bbf8da1f83')
)
update assessment.audit_head set sequence = :sequence::bigint + 1, hash = '\x9b67ec29982d9f8b015a919a1191f6f51ecee07105d400c07de000bbf8da1f83'
where resource = 'authorities/bench/cycles/2025/agencies/' || :agency || '/sheet';

-- The answer, for a repetition of the request.
update assessment.request
set answer = '{"Entry":{"Item":"i.2.1","Input":{"option":"timely"},"Justification":"Đã thực hiện đầy đủ theo kế hoạch được phê duyệt.","Evidence":[{"title":"Báo cáo kết quả thực hiện kế hoạch","documentNumber":"12/BC-UBND","issuer":"Ủy ban nhân dân","issueDate":"2024-11-30"}],"Round":1,"Version":5,"UpdateTime":"2026-11-22T06:59:49.580191Z"},"Appraised": null}'
where principal = 'person:01a2020d-63b3-71b4-9ddf-baf04dddc882'
    and method = '/parindex.assessment.v1.AssessmentService/UpdateEntry' and request_id = :request;

commit;
