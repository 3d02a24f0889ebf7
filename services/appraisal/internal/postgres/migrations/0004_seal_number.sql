-- +goose Up

-- Seals are looked up by agency and round. While the table has no statistics an
-- index that begins as the primary key does looks as good as that one, and gives
-- every seal of the cycle.
alter table {schema}.seal
    drop constraint seal_number_taken,
    add constraint seal_number_taken unique (number, cycle, authority);
