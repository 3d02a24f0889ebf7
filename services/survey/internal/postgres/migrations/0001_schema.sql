-- +goose Up
comment on schema {schema} is 'Surveys: plans with their questionnaires, invitations, responses and results.';
