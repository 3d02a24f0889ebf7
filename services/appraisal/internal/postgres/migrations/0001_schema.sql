-- +goose Up
comment on schema {schema} is 'Appraisal: officer assignments, verdicts, reductions, approvals, objections.';
