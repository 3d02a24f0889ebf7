import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { POST, answer } from '../api/client'
import { useMe } from '../account/me'
import type { Role } from '../account/me'
import { dayOf, endOfDay, lastDay, readDate, showDate, showInstant } from '../text/date'
import { useText } from '../text/language'
import { SubmitButton } from '../ui/button'
import { Combobox } from '../ui/combobox'
import { DateField } from '../ui/date-field'
import { ActDialog } from '../ui/act-dialog'
import { ErrorSummary } from '../ui/error-summary'
import { SelectField } from '../ui/field'
import { useForm } from '../ui/form'
import { Loaded } from '../ui/loaded'
import { useSay } from '../ui/status'
import { bindingsQuery } from './directory'
import type { Account, Agency, RoleBinding } from './directory'
import { forbids, roles, scopes } from './role'

interface Props {
  account: Account
  agencies: Agency[]
  /** Whether it is the account of the person who looks. */
  own: boolean
}

/** The roles of an account that are valid now, and the form that gives another one. */
export function PersonRoles({ account, agencies, own }: Props) {
  const t = useText()
  const bindings = useQuery(bindingsQuery(account.authority ?? ''))
  const [giving, setGiving] = useState(false)
  return (
    <Loaded query={bindings}>
      {(all) => {
        const held = all.filter((b) => b.account === account.id)
        return (
          <>
            {held.length === 0 ? <p>{t('people.noRolesYet')}</p> : <Held account={account} held={held} agencies={agencies} />}
            {own && <p>{t('people.notSelf')}</p>}
            {!own && !giving && (
              <p className="buttons">
                <button type="button" onClick={() => setGiving(true)}>
                  {t('people.giveRole')}
                </button>
              </p>
            )}
            {!own && giving && <GiveRole account={account} held={held} agencies={agencies} onDone={() => setGiving(false)} />}
          </>
        )
      }}
    </Loaded>
  )
}

function Held({ account, held, agencies }: { account: Account; held: RoleBinding[]; agencies: Agency[] }) {
  const t = useText()
  const me = useMe()
  const [ending, setEnding] = useState<RoleBinding>()
  const [confirming, setConfirming] = useState<RoleBinding>()
  return (
    <>
      <table className="cards">
        <caption className="spoken">{t('people.roles')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('people.role')}</th>
            <th scope="col">{t('people.scope')}</th>
            <th scope="col">{t('people.given')}</th>
            <th scope="col">{t('people.ends')}</th>
            <th scope="col" className="no-print">
              <span className="spoken">{t('people.action')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {held.map((b) => (
            <tr key={b.id}>
              <th scope="row">
                {t(`role.${b.role ?? 'ROLE_UNSPECIFIED'}`)}
                {b.pending && <span className="state off"> {t('people.pending')}</span>}
              </th>
              <td data-label={t('people.scope')}>{scopeText(b, agencies) || t('people.wholeAuthority')}</td>
              <td data-label={t('people.given')}>{b.createTime && showInstant(b.createTime)}</td>
              <td data-label={t('people.ends')}>{b.endTime ? t('people.endOf', { date: showDate(lastDay(b.endTime)) }) : t('people.noEnd')}</td>
              <td className="no-print">
                {b.pending && me.account?.id !== account.id && !b.askedBy?.includes(me.account?.id ?? '') && (
                  <>
                    <button type="button" className="link" onClick={() => setConfirming(b)}>
                      {t('people.confirm')}
                      <span className="spoken"> {t(`role.${b.role ?? 'ROLE_UNSPECIFIED'}`)}</span>
                    </button>{' '}
                  </>
                )}
                <button type="button" className="link" onClick={() => setEnding(b)}>
                  {t('people.end')}
                  <span className="spoken"> {t(`role.${b.role ?? 'ROLE_UNSPECIFIED'}`)}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {held.some((b) => b.pending) && <p className="quiet">{t('people.pendingWhat')}</p>}
      {ending && <EndRole account={account} binding={ending} onClose={() => setEnding(undefined)} />}
      {confirming && <ConfirmRole account={account} binding={confirming} onClose={() => setConfirming(undefined)} />}
    </>
  )
}

const scopeText = (b: RoleBinding, agencies: Agency[]) => (b.agency ? (agencies.find((a) => a.id === b.agency)?.name ?? b.agency) : '')

interface ActProps {
  account: Account
  binding: RoleBinding
  onClose: () => void
}

/** Reads the roles again, here and in the list of people. */
function useRolesAgain(authority: string): () => Promise<void> {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: ['authorities', authority, 'accounts'] })
    return queries.invalidateQueries({ queryKey: bindingsQuery(authority).queryKey })
  }
}

/** The second person says that the account is in the hands of whom it names. */
function ConfirmRole({ account, binding, onClose }: ActProps) {
  const t = useText()
  const path = { authority: account.authority ?? '', roleBinding: binding.id ?? '' }
  const again = useRolesAgain(path.authority)
  return (
    <ActDialog
      title={t('people.confirmTitle', { role: t(`role.${binding.role ?? 'ROLE_UNSPECIFIED'}`) })}
      label={t('people.confirm')}
      look="main"
      act={(requestId) => answer(POST('/v1/authorities/{authority}/roleBindings/{roleBinding}:confirm', { params: { path }, body: { requestId } })).then(again)}
      said={t('people.confirmed')}
      onClose={onClose}
    >
      {t('people.confirmWhat', { name: account.displayName ?? '' })}
    </ActDialog>
  )
}

function EndRole({ account, binding, onClose }: ActProps) {
  const t = useText()
  const path = { authority: account.authority ?? '', roleBinding: binding.id ?? '' }
  const again = useRolesAgain(path.authority)
  return (
    <ActDialog
      title={t('people.endTitle', { role: t(`role.${binding.role ?? 'ROLE_UNSPECIFIED'}`) })}
      label={t('people.end')}
      look="danger"
      act={(requestId) => answer(POST('/v1/authorities/{authority}/roleBindings/{roleBinding}:end', { params: { path }, body: { requestId } })).then(again)}
      said={t('people.ended')}
      onClose={onClose}
    >
      {t('people.endWhat')}
    </ActDialog>
  )
}

function GiveRole({ account, held, agencies, onDone }: { account: Account; held: RoleBinding[]; agencies: Agency[]; onDone: () => void }) {
  const t = useText()
  const say = useSay()
  const queries = useQueryClient()
  const authority = account.authority ?? ''
  const form = useForm({
    initial: { role: '', agency: account.agency ?? '', end: '' },
    check: (v) => ({
      ...(v.role === '' && { role: t('people.roleNeeded') }),
      ...(scopes[v.role as Role] === 'agency' && v.agency === '' && { agency: t('people.agencyNeeded') }),
      ...(v.end !== '' && !readDate(v.end) && { end: t('ui.dateForm') }),
    }),
    send: async (v, requestId) => {
      const date = readDate(v.end)
      const body = {
        account: account.id ?? '',
        role: v.role as Role,
        ...(v.agency !== '' && scopes[v.role as Role] !== 'whole' && { agency: v.agency }),
        ...(date && { endTime: endOfDay(date) }),
        requestId,
      }
      await answer(POST('/v1/authorities/{authority}/roleBindings', { params: { path: { authority } }, body }))
      await queries.invalidateQueries({ queryKey: bindingsQuery(authority).queryKey })
      void queries.invalidateQueries({ queryKey: ['authorities', authority, 'accounts'] })
      onDone()
      say(t('people.given1'))
    },
    names: { endTime: 'end' },
    reasons: { ROLES_CONFLICT: 'role', BINDING_EXISTS: 'role', TOO_MANY_ROLES: 'role' },
  })
  const role = form.values.role as Role | ''
  const scope = role === '' ? undefined : scopes[role]
  const forbidden = role === '' ? undefined : forbids(held.flatMap((b) => b.role ?? []), role)
  return (
    <form onSubmit={form.submit} noValidate>
      <h3>{t('people.giveRole')}</h3>
      <ErrorSummary problems={form.problems} />
      <SelectField
        {...form.field('role')}
        label={t('people.role')}
        hint={role !== '' && t(`roleDoes.${role}`)}
        options={[{ id: '', name: t('people.chooseRole') }, ...roles.map((r) => ({ id: r, name: t(`role.${r}`) }))]}
      />
      <div role="status">
        {forbidden && (
          <div className="notice">
            <p>{t('people.apart', { held: t(`role.${forbidden}`) })}</p>
          </div>
        )}
      </div>
      {scope && scope !== 'whole' && (
        <Combobox
          {...form.field('agency')}
          label={t('people.agency')}
          hint={scope === 'agency' ? t('people.forAgency') : t('people.forEither')}
          optional={scope === 'either'}
          options={agencies.map((a) => ({ id: a.id ?? '', name: a.name ?? '' }))}
        />
      )}
      {scope === 'whole' && <p>{t('people.forWhole')}</p>}
      <DateField {...form.field('end')} label={t('people.lastDay')} hint={t('people.lastDayHint')} optional min={dayOf(new Date())} />
      <p className="buttons">
        <SubmitButton busy={form.busy}>{t('people.giveRole')}</SubmitButton>
        <button type="button" onClick={onDone}>
          {t('ui.cancel')}
        </button>
      </p>
    </form>
  )
}
