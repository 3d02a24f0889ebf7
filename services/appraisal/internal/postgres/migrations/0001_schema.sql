-- +goose Up
comment on schema {schema} is 'Appraisal: seals, assignments, verdicts, reductions, approvals, outcomes.';
