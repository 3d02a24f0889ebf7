// What is due for a role in a running cycle. Each service is asked for its own part.

import { queryOptions } from '@tanstack/react-query'
import type { Binding, Role } from '../account/me'
import { GET, all, answer, pageSize } from '../api/client'
import type { Message } from '../api/client'
import type { Text } from '../text/language'

export type Cycle = Message['parindex.catalog.v1.Cycle']
type Phase = Message['parindex.catalog.v1.Phase']
type Round = Message['parindex.appraisal.v1.AppraisalRound']

/** Something that a person is to do. */
export interface Work {
  id: string
  /** The task in words. */
  what: (t: Text) => string
  /** What is left of it, or why it waits. */
  left?: (t: Text) => string
  /** The first instant that is too late. */
  deadline?: string | undefined
  done?: boolean
}

const running = new Set<Phase | undefined>([
  'PHASE_PREPARATION', 'PHASE_SELF_1', 'PHASE_APPRAISAL_1', 'PHASE_SELF_2', 'PHASE_APPRAISAL_2', 'PHASE_APPRAISAL_COUNCIL', 'PHASE_PRESENTED',
])

/** The cycles of an authority that are under way. */
export const runningCyclesQuery = (authority: string) =>
  queryOptions({
    queryKey: ['authorities', authority, 'cycles', 'running'],
    queryFn: async () => {
      const cycles = await all(async (pageToken) => {
        const read = await answer(GET('/v1/authorities/{authority}/cycles', { params: { path: { authority }, query: { pageSize, pageToken } } }))
        return { entries: read.cycles, next: read.nextPageToken }
      })
      return cycles.filter((c) => c.origin === 'CYCLE_ORIGIN_RUN' && running.has(c.phase))
    },
  })

/** What is due in a cycle for somebody with a role. */
export const workQuery = (binding: Binding, cycle: Cycle) =>
  queryOptions({
    queryKey: ['authorities', binding.authority, 'cycles', cycle.id, 'due', binding.role, binding.agency ?? '', cycle.etag],
    queryFn: () => works[binding.role ?? 'ROLE_UNSPECIFIED']?.(cycle, binding.agency ?? '') ?? [],
  })

type Reader = (cycle: Cycle, agency: string) => Promise<Work[]> | Work[]

const works: Partial<Record<Role, Reader>> = {
  ROLE_AGENCY_EDITOR: (c, agency) => sheet(c, agency, false),
  ROLE_AGENCY_HEAD: (c, agency) => sheet(c, agency, true),
  ROLE_DATA_PROVIDER: report,
  ROLE_APPRAISER: cases,
  ROLE_APPRAISAL_COUNCIL_MEMBER: council,
  ROLE_COORDINATOR: coordinate,
  ROLE_APPROVER: publish,
  ROLE_SURVEY_OPERATOR: surveys,
}

/** Whether a role has work that this list can name. */
export const hasWork = (role: Role | undefined): boolean => role !== undefined && role in works

const selfRound = (phase: Phase | undefined) => (phase === 'PHASE_SELF_1' ? 1 : phase === 'PHASE_SELF_2' ? 2 : 0)
const appraisalRound = (phase: Phase | undefined) => (phase === 'PHASE_APPRAISAL_1' ? 1 : phase === 'PHASE_APPRAISAL_2' ? 2 : 0)

const deadlineOf = (c: Cycle): string | undefined => c.windows?.find((w) => w.phase === c.phase)?.closeTime

/** The deadline of an agency: the last of that of the phase and of the extensions for it. */
export function deadlineFor(c: Cycle, agency: string, group: string | undefined): string | undefined {
  const own = (c.extensions ?? []).filter((e) => e.phase === c.phase && (e.agency ? e.agency === agency : e.group === group))
  const all = [deadlineOf(c), ...own.map((e) => e.closeTime)].filter((time) => time !== undefined)
  return all.sort((a, b) => Date.parse(b) - Date.parse(a))[0]
}

const pathOf = (c: Cycle) => ({ authority: c.authority ?? '', cycle: c.id ?? '' })

async function sheet(c: Cycle, agency: string, head: boolean): Promise<Work[]> {
  const round = selfRound(c.phase)
  if (round === 0) return []
  const read = await answer(GET('/v1/authorities/{authority}/cycles/{cycle}/sheets/{agency}', { params: { path: { ...pathOf(c), agency } } }))
  const deadline = deadlineFor(c, agency, read.group)
  const seal = (read.seals ?? []).find((s) => s.round === round && !s.unsealTime)
  if (seal) {
    return [{ id: 'sheet', what: (t) => t('due.submitted', { round }), left: (t) => t('due.receipt', { number: seal.number ?? 0 }), done: true }]
  }
  const open = (read.entries ?? []).filter((e) => e.open)
  const missing = open.filter((e) => e.notCounted && e.notCounted !== 'NOT_COUNTED_UNSPECIFIED').length
  return [
    {
      id: 'sheet',
      what: (t) => (head ? t('due.submit', { round }) : t('due.fill', { round })),
      left: (t) => t('due.missing', { n: missing, all: open.length }),
      deadline,
    },
  ]
}

function report(c: Cycle): Work[] {
  if (selfRound(c.phase) + appraisalRound(c.phase) === 0) return []
  return [{ id: 'report', what: (t) => t('due.report'), deadline: deadlineOf(c) }]
}

async function cases(c: Cycle): Promise<Work[]> {
  const round = appraisalRound(c.phase)
  if (round === 0) return []
  const read = await answer(GET('/v1/authorities/{authority}/cycles/{cycle}/cases', { params: { path: pathOf(c), query: { round, undecided: true, pageSize } } }))
  const n = read.cases?.length ?? 0
  const what = (t: Text) => t('due.appraise', { round })
  if (n === 0) return [{ id: 'cases', what, left: (t) => t('due.allJudged'), done: true }]
  return [{ id: 'cases', what, left: (t) => (read.nextPageToken ? t('due.moreCases', { n }) : t('due.cases', { n })), deadline: deadlineOf(c) }]
}

const readRound = (c: Cycle, round: number): Promise<Round> =>
  answer(GET('/v1/authorities/{authority}/cycles/{cycle}/appraisalRounds/{round}', { params: { path: { ...pathOf(c), round } } }))

/** The round that is appraised, or that the council decides on. */
const roundToApprove = (c: Cycle) => appraisalRound(c.phase) || (c.phase === 'PHASE_APPRAISAL_COUNCIL' ? 2 : 0)

async function council(c: Cycle): Promise<Work[]> {
  const round = roundToApprove(c)
  if (round === 0) return []
  const [state, reductions] = await Promise.all([
    readRound(c, round),
    answer(GET('/v1/authorities/{authority}/cycles/{cycle}/reductions', { params: { path: pathOf(c), query: { pageSize } } })),
  ])
  const waiting = (reductions.reductions ?? []).filter((r) => r.state === 'REDUCTION_STATE_PROPOSED').length
  const found: Work[] = []
  if (waiting > 0) found.push({ id: 'reductions', what: (t) => t('due.reductions', { n: waiting }), deadline: deadlineOf(c) })
  found.push(approval(c, state, round))
  return found
}

function approval(c: Cycle, state: Round, round: number): Work {
  const what = (t: Text) => t('due.approve', { round })
  if (state.approved) return { id: 'approval', what, left: (t) => t('due.approved', { number: state.decisionNumber ?? '' }), done: true }
  return {
    id: 'approval',
    what,
    left: (t) =>
      state.undecided ? t('due.undecided', { n: state.undecided }) : state.recordedDecisionNumber ? t('due.recorded', { number: state.recordedDecisionNumber }) : t('due.notRecorded'),
    deadline: deadlineOf(c),
  }
}

async function coordinate(c: Cycle): Promise<Work[]> {
  const phase = c.phase ?? 'PHASE_UNSPECIFIED'
  const inPhase: Work = { id: 'phase', what: (t) => t('due.phase', { phase: t(`phase.${phase}`) }), deadline: deadlineOf(c) }
  const round = selfRound(phase) || roundToApprove(c)
  if (round > 0) {
    const state = await readRound(c, round)
    inPhase.left = (t) =>
      selfRound(phase) > 0
        ? t('due.arrived', { n: state.submitted ?? 0, all: state.agencies ?? 0 })
        : state.approved
          ? t('due.approved', { number: state.decisionNumber ?? '' })
          : state.undecided
            ? t('due.undecided', { n: state.undecided })
            : state.recordedDecisionNumber
              ? t('due.recorded', { number: state.recordedDecisionNumber })
              : t('due.toRecord')
  }
  if (phase === 'PHASE_PRESENTED') {
    const presented = await presentedRun(c)
    inPhase.left = (t) => (presented ? t('due.waitsForPublication') : t('due.toPresent'))
  }
  return [inPhase]
}

const presentedRun = async (c: Cycle): Promise<boolean> => {
  const read = await answer(GET('/v1/authorities/{authority}/cycles/{cycle}/runs', { params: { path: pathOf(c), query: { pageSize: 20 } } }))
  return (read.runs ?? []).some((r) => r.state === 'RUN_STATE_PRESENTED')
}

async function publish(c: Cycle): Promise<Work[]> {
  if (c.phase !== 'PHASE_PRESENTED' || !(await presentedRun(c))) return []
  return [{ id: 'publish', what: (t) => t('due.publish') }]
}

async function surveys(c: Cycle): Promise<Work[]> {
  const read = await answer(GET('/v1/authorities/{authority}/cycles/{cycle}/surveyPlans', { params: { path: pathOf(c), query: { pageSize } } }))
  return (read.surveyPlans ?? []).flatMap((p): Work[] => {
    const title = p.content?.title ?? ''
    if (p.state === 'SURVEY_PLAN_STATE_DRAFT') return [{ id: p.id ?? '', what: (t) => t('due.openSurvey', { title }) }]
    if (p.state === 'SURVEY_PLAN_STATE_OPEN') return [{ id: p.id ?? '', what: (t) => t('due.closeSurvey', { title }) }]
    return []
  })
}
