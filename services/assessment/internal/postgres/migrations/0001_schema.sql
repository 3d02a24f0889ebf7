-- +goose Up
comment on schema {schema} is 'Self-assessment: sheets, entries with evidence, seals, hand-backs, reported values.';
