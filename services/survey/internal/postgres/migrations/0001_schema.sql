-- +goose Up
comment on schema {schema} is 'Surveys: questionnaires, samples, invitations, responses, back-checks, results.';
