-- +goose Up

-- A row may be written again as it is, which the closing of a plan does; nothing
-- in it changes.
drop trigger invitation_used_once on {schema}.invitation;
create trigger invitation_used_once before update on {schema}.invitation for each row
    when (new.* is distinct from old.* and (old.used or not new.used
        or (new.id, new.authority, new.cycle, new.plan, new.agency, new.token_sha256)
            is distinct from (old.id, old.authority, old.cycle, old.plan, old.agency, old.token_sha256)))
    execute function {schema}.refuse();

drop trigger response_stays on {schema}.response;
create trigger response_stays before update on {schema}.response for each row
    when (new.* is distinct from old.*) execute function {schema}.refuse();
create trigger response_never_deleted before delete on {schema}.response
    for each row execute function {schema}.refuse();

-- shuffle writes the responses and the invitations of a plan again, each in an
-- order drawn for it: then neither xmin nor the place on disk says which came
-- together or after which (rule Q10).
-- +goose StatementBegin
create function {schema}.shuffle(of_authority text, of_cycle text, of_plan text) returns void language plpgsql as $$
declare
    next uuid;
begin
    for next in
        select r.id from {schema}.response r
        where r.authority = of_authority and r.cycle = of_cycle and r.plan = of_plan
        order by gen_random_uuid()
    loop
        update {schema}.response set id = id where id = next;
    end loop;
    for next in
        select i.id from {schema}.invitation i
        where i.authority = of_authority and i.cycle = of_cycle and i.plan = of_plan
        order by gen_random_uuid()
    loop
        update {schema}.invitation set id = id where id = next;
    end loop;
end
$$;
-- +goose StatementEnd
