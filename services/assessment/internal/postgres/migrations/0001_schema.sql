-- +goose Up
comment on schema {schema} is 'Self-assessment: sheets, entries, evidence, submissions, reported values.';
