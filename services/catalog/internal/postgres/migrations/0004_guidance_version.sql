-- +goose Up

-- Cycles now carry the version of their guidance, and services read a cycle again
-- when its revision changes. So each cycle with guidance gets a new revision.
update {schema}.cycle c set version = c.version + 1, revision = n.revision
    from (select g.authority, g.cycle, k.last + row_number() over (order by g.authority, g.cycle) as revision
        from (select distinct authority, cycle from {schema}.guidance) g, {schema}.cycle_counter k) n
    where n.authority = c.authority and n.cycle = c.id;

update {schema}.cycle_counter
    set last = last + (select count(distinct (authority, cycle)) from {schema}.guidance);
