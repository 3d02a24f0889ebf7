import { useId, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { Fault } from '../api/fault'
import { requestIds } from '../api/request-id'
import { faultText } from '../text/fault'
import { useText } from '../text/language'
import { useSay } from './status'

type Values = Record<string, string>
type Faults<V extends Values> = Partial<Record<keyof V, string>>

/** What a field needs from its form. */
export interface FieldState {
  id: string
  name: string
  value: string
  fault: string | undefined
  onChange: (value: string) => void
}

export interface Form<V extends Values> {
  values: V
  busy: boolean
  /** What is wrong: at a field, whose id it has, or with the whole request. */
  problems: readonly { id?: string; text: string }[]
  field: (name: keyof V & string) => FieldState
  set: (values: Partial<V>) => void
  submit: (event?: FormEvent) => void
}

interface Options<V extends Values> {
  initial: V
  /** What is wrong with the values before they are sent. */
  check?: (values: V) => Faults<V>
  /** Sends the values. The id is the same one if the same content is sent again. */
  send: (values: V, requestId: string) => Promise<unknown>
  /** The fields of the request whose names differ from those of the form. */
  names?: Record<string, keyof V & string>
  /** The field at which a reason is shown that names none. */
  reasons?: Record<string, keyof V & string>
}

/**
 * The state of a form. What the platform finds wrong is shown at the field it concerns.
 * While a request is under way another submit does nothing, so a double click sends once.
 */
export function useForm<V extends Values>({ initial, check, send, names = {}, reasons = {} }: Options<V>): Form<V> {
  const t = useText()
  const say = useSay()
  const prefix = useId()
  const [values, setValues] = useState(initial)
  const [faults, setFaults] = useState<Faults<V>>({})
  const [whole, setWhole] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const underWay = useRef(false)
  const idFor = useRef(requestIds())

  const id = (name: keyof V) => `${prefix}-${String(name)}`
  const set = (changed: Partial<V>) => setValues((before) => ({ ...before, ...changed }))

  function refuse(fault: Fault) {
    const found: Faults<V> = {}
    const rest: string[] = []
    const at = reasons[fault.reason]
    if (at !== undefined) found[at] = faultText(fault, t)
    for (const v of at === undefined ? fault.violations : []) {
      const name = names[v.field] ?? v.field
      if (name in values) found[name as keyof V] = v.text
      else rest.push(v.text)
    }
    if (Object.keys(found).length + rest.length === 0) rest.push(faultText(fault, t))
    setFaults(found)
    setWhole(rest)
  }

  async function run() {
    const found = check?.(values) ?? {}
    setFaults(found)
    setWhole([])
    say('') // what an earlier request did is no answer to this one
    if (Object.values(found).some(Boolean)) return
    underWay.current = true
    setBusy(true)
    try {
      await send(values, idFor.current(values))
      idFor.current = requestIds()
    } catch (err) {
      if (!(err instanceof Fault)) throw err
      refuse(err)
    } finally {
      underWay.current = false
      setBusy(false)
    }
  }

  return {
    values,
    busy,
    problems: [
      ...whole.map((text) => ({ text })),
      ...Object.keys(initial).flatMap((name) => (faults[name] ? [{ id: id(name), text: faults[name] }] : [])),
    ],
    field: (name) => ({
      id: id(name),
      name,
      value: values[name] ?? '',
      fault: faults[name],
      onChange: (value) => set({ [name]: value } as Partial<V>),
    }),
    set,
    submit(event) {
      event?.preventDefault()
      if (!underWay.current) void run()
    },
  }
}
