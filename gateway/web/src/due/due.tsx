import { useQueries, useQuery } from '@tanstack/react-query'
import { useMe } from '../account/me'
import type { Binding } from '../account/me'
import { serverNow } from '../api/clock'
import { agenciesQuery } from '../people/directory'
import { showInstant } from '../text/date'
import { useText } from '../text/language'
import { Loaded } from '../ui/loaded'
import { leftText } from './left'
import { hasWork, runningCyclesQuery, workQuery } from './work'
import type { Cycle, Work } from './work'

/** What is due now for the roles of the person, with deadlines and what is left. */
export function Due() {
  const t = useText()
  const bindings = (useMe().bindings ?? []).filter((b) => b.authority && hasWork(b.role))
  if (bindings.length === 0) return <p>{t('due.none')}</p>
  return bindings.map((b) => <DueOf key={`${b.role} ${b.authority} ${b.agency}`} binding={b} />)
}

function DueOf({ binding }: { binding: Binding }) {
  const t = useText()
  const authority = binding.authority ?? ''
  const cycles = useQuery(runningCyclesQuery(authority))
  const agencies = useQuery({ ...agenciesQuery(authority), enabled: Boolean(binding.agency) })
  const agency = binding.agency && (agencies.data?.find((a) => a.id === binding.agency)?.name ?? binding.agency)
  return (
    <section>
      <h3>
        {t(`role.${binding.role ?? 'ROLE_UNSPECIFIED'}`)}
        {agency && ` – ${agency}`}
      </h3>
      <Loaded query={cycles}>{(running) => (running.length === 0 ? <p className="quiet">{t('due.noCycle')}</p> : <Works binding={binding} cycles={running} />)}</Loaded>
    </section>
  )
}

function Works({ binding, cycles }: { binding: Binding; cycles: Cycle[] }) {
  const t = useText()
  const read = useQueries({ queries: cycles.map((c) => workQuery(binding, c)) })
  const nothing = read.every((q) => q.data?.length === 0)
  if (nothing) return <p className="quiet">{t('due.nothing')}</p>
  return cycles.map((c, i) => (
    <Loaded key={c.id} query={read[i]!}>
      {(works) =>
        works.length > 0 && (
          <ul className="rows">
            {works.map((w) => (
              <Row key={w.id} work={w} cycle={c} />
            ))}
          </ul>
        )
      }
    </Loaded>
  ))
}

function Row({ work, cycle }: { work: Work; cycle: Cycle }) {
  const t = useText()
  return (
    <li>
      <span className={work.done ? 'quiet' : undefined}>{work.what(t)}</span>
      <span className="quiet">
        {cycle.name}
        {work.left && `; ${work.left(t)}`}
      </span>
      {work.deadline && !work.done && (
        <span>
          {t('due.deadline', { time: showInstant(work.deadline) })} – <strong>{leftText(work.deadline, serverNow(), t)}</strong>
        </span>
      )}
    </li>
  )
}
