// Which roles people can have, for what, and which not together. The service of identity
// decides; this copy of its table lets the page explain before somebody tries. A test
// compares it with the table in the service's README.

import type { Role } from '../account/me'

/** Whether a role is given for one agency, for the whole authority, or either way. */
export const scopes: Partial<Record<Role, 'agency' | 'whole' | 'either'>> = {
  ROLE_AGENCY_EDITOR: 'agency',
  ROLE_AGENCY_HEAD: 'agency',
  ROLE_DATA_PROVIDER: 'agency',
  ROLE_APPRAISER: 'either',
  ROLE_APPRAISAL_COUNCIL_MEMBER: 'whole',
  ROLE_COORDINATOR: 'whole',
  ROLE_APPROVER: 'whole',
  ROLE_SURVEY_OPERATOR: 'either',
  ROLE_INTERVIEWER: 'either',
  ROLE_BACK_CHECKER: 'either',
  ROLE_OBSERVER: 'either',
  ROLE_INSPECTOR: 'either',
  ROLE_ADMINISTRATOR: 'whole',
}

/** The roles that people can have, in the order of the contract. */
export const roles = Object.keys(scopes) as Role[]

/** The roles that one person may not hold together in one authority. */
export const apart: Partial<Record<Role, readonly Role[]>> = {
  ROLE_ADMINISTRATOR: ['ROLE_APPRAISER', 'ROLE_APPRAISAL_COUNCIL_MEMBER', 'ROLE_APPROVER', 'ROLE_AGENCY_HEAD', 'ROLE_AGENCY_EDITOR', 'ROLE_DATA_PROVIDER', 'ROLE_SURVEY_OPERATOR'],
  ROLE_COORDINATOR: ['ROLE_APPROVER'],
  ROLE_INTERVIEWER: ['ROLE_BACK_CHECKER'],
}

/** Which of the held roles forbids another one. */
export function forbids(held: readonly Role[], wanted: Role): Role | undefined {
  return held.find((h) => apart[h]?.includes(wanted) || apart[wanted]?.includes(h))
}
