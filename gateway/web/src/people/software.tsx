import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { POST, answer } from '../api/client'
import { showInstant } from '../text/date'
import { useText } from '../text/language'
import { SubmitButton } from '../ui/button'
import { Combobox } from '../ui/combobox'
import { ActDialog } from '../ui/act-dialog'
import { ErrorSummary } from '../ui/error-summary'
import { Field } from '../ui/field'
import { useForm } from '../ui/form'
import { Loaded } from '../ui/loaded'
import { Page } from '../ui/page'
import { useSay } from '../ui/status'
import { BackToPeople } from './back'
import { agenciesQuery, softwareQuery } from './directory'
import type { Agency, ServiceAccount } from './directory'
import { State } from './state'

const route = getRouteApi('/authorities/$authority/software')

/** The accounts of other agencies' software. */
export function SoftwarePage() {
  const t = useText()
  const { authority } = route.useParams()
  const software = useQuery(softwareQuery(authority))
  const agencies = useQuery(agenciesQuery(authority))
  const [made, setMade] = useState<{ name: string; secret: string }>()
  return (
    <Page title={t('software.title')} back={<BackToPeople authority={authority} />}>
      <p>{t('software.what')}</p>
      {made && <Secret {...made} />}
      <Loaded query={software}>{(all) => (all.length === 0 ? <p>{t('software.none')}</p> : <List all={all} agencies={agencies.data ?? []} />)}</Loaded>
      <h2 className="no-print">{t('software.new')}</h2>
      <NewForm authority={authority} agencies={agencies.data ?? []} onMade={(name, secret) => setMade({ name, secret })} />
    </Page>
  )
}

/** The secret, which no later answer of the platform has. */
function Secret({ name, secret }: { name: string; secret: string }) {
  const t = useText()
  return (
    <div className="notice">
      <p>{secret === '' ? t('software.secretGone') : t('software.secretOnce')}</p>
      <dl className="facts">
        <dt>{t('software.name')}</dt>
        <dd>
          <code>{name}</code>
        </dd>
        <dt>{t('software.secret')}</dt>
        <dd>
          <code>{secret}</code>
        </dd>
      </dl>
    </div>
  )
}

function List({ all, agencies }: { all: ServiceAccount[]; agencies: Agency[] }) {
  const t = useText()
  const [disabling, setDisabling] = useState<ServiceAccount>()
  return (
    <>
      <table className="cards">
        <caption className="spoken">{t('software.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('software.name')}</th>
            <th scope="col">{t('people.scope')}</th>
            <th scope="col">{t('people.created')}</th>
            <th scope="col">{t('people.state')}</th>
            <th scope="col" className="no-print">
              <span className="spoken">{t('people.action')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((s) => (
            <tr key={s.name}>
              <th scope="row">
                <code>{s.name}</code>
              </th>
              <td data-label={t('people.scope')}>{s.agency ? (agencies.find((a) => a.id === s.agency)?.name ?? s.agency) : t('people.wholeAuthority')}</td>
              <td data-label={t('people.created')}>{s.createTime && showInstant(s.createTime)}</td>
              <td data-label={t('people.state')}>
                <State account={s} />
              </td>
              <td className="no-print">
                {s.state === 'ACCOUNT_STATE_ACTIVE' && (
                  <button type="button" className="link" onClick={() => setDisabling(s)}>
                    {t('people.disable')}
                    <span className="spoken"> {s.name}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {disabling && <Disable account={disabling} onClose={() => setDisabling(undefined)} />}
    </>
  )
}

function Disable({ account, onClose }: { account: ServiceAccount; onClose: () => void }) {
  const t = useText()
  const queries = useQueryClient()
  const path = { authority: account.authority ?? '', serviceAccount: account.name ?? '' }
  return (
    <ActDialog
      title={t('people.disableTitle')}
      label={t('people.disable')}
      look="danger"
      act={async (requestId) => {
        await answer(POST('/v1/authorities/{authority}/serviceAccounts/{serviceAccount}:disable', { params: { path }, body: { requestId } }))
        await queries.invalidateQueries({ queryKey: softwareQuery(path.authority).queryKey })
      }}
      said={t('people.disabledNow')}
      onClose={onClose}
    >
      {t('software.disableWhat', { name: path.serviceAccount })}
    </ActDialog>
  )
}

function NewForm({ authority, agencies, onMade }: { authority: string; agencies: Agency[]; onMade: (name: string, secret: string) => void }) {
  const t = useText()
  const say = useSay()
  const queries = useQueryClient()
  const form = useForm({
    initial: { name: '', agency: '' },
    check: (v) => ({ ...(!/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(v.name) && { name: t('software.nameNeeded') }) }),
    send: async (v, requestId) => {
      const made = await answer(POST('/v1/authorities/{authority}/serviceAccounts', { params: { path: { authority } }, body: { name: v.name, ...(v.agency !== '' && { agency: v.agency }), requestId } }))
      await queries.invalidateQueries({ queryKey: softwareQuery(authority).queryKey })
      form.set({ name: '', agency: '' })
      onMade(v.name, made.secret ?? '')
      say(t('software.made'))
    },
    reasons: { SERVICE_ACCOUNT_TAKEN: 'name' },
  })
  return (
    <form onSubmit={form.submit} noValidate className="no-print">
      <ErrorSummary problems={form.problems} />
      <Field {...form.field('name')} label={t('software.name')} hint={t('software.nameHint')} autoCapitalize="none" spellCheck={false} />
      <Combobox {...form.field('agency')} label={t('people.agency')} hint={t('software.agencyHint')} optional options={agencies.map((a) => ({ id: a.id ?? '', name: a.name ?? '' }))} />
      <p className="buttons">
        <SubmitButton busy={form.busy}>{t('software.make')}</SubmitButton>
      </p>
    </form>
  )
}
