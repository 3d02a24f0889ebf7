import { useState } from 'react'
import type { InputHTMLAttributes, ReactNode } from 'react'
import { readDecimal, showDecimal } from '../text/decimal'
import { useLanguage, useText } from '../text/language'
import type { FieldState } from './form'

interface Shared extends FieldState {
  label: string
  hint?: ReactNode
  /** Marks the field as one that may stay empty. */
  optional?: boolean
}

type Input = Pick<InputHTMLAttributes<HTMLInputElement>, 'autoComplete' | 'inputMode' | 'spellCheck' | 'maxLength' | 'autoCapitalize' | 'autoFocus'>

/** The label, the hint and the fault around a control, which is described by the last two. */
export function FieldFrame({ id, label, hint, optional, fault, children, short }: Omit<Shared, 'value' | 'onChange' | 'name'> & { children: ReactNode; short?: boolean }) {
  const t = useText()
  return (
    <div className={`field${fault ? ' wrong' : ''}${short ? ' short' : ''}`}>
      <label htmlFor={id}>
        {label} {optional && <span className="optional">{t('ui.optional')}</span>}
      </label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault && (
        <p className="fault" id={`${id}-fault`}>
          <span className="spoken">{t('ui.faultPrefix')} </span>
          {fault}
        </p>
      )}
      {children}
    </div>
  )
}

/** The attributes by which a control belongs to its frame. */
export function described({ id, hint, fault }: { id: string; hint?: ReactNode; fault: string | undefined }) {
  const by = [hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter(Boolean).join(' ')
  return { id, 'aria-describedby': by || undefined, 'aria-invalid': fault ? true : undefined }
}

/** One line of text. */
export function Field({ value, onChange, name, autoComplete = 'off', ...rest }: Shared & Input) {
  const { label, hint, optional, fault, id, ...input } = rest
  return (
    <FieldFrame {...rest}>
      <input {...input} {...described(rest)} name={name} autoComplete={autoComplete} value={value} onChange={(e) => onChange(e.target.value)} />
    </FieldFrame>
  )
}

/** A password, which the person may look at while typing. */
export function PasswordField({ value, onChange, name, autoComplete, ...rest }: Shared & { autoComplete: 'current-password' | 'new-password' | 'off' }) {
  const t = useText()
  const [shown, setShown] = useState(false)
  return (
    <FieldFrame {...rest}>
      <div className="with-button">
        <input
          {...described(rest)}
          type={shown ? 'text' : 'password'}
          name={name}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          value={value}
          onChange={(e) => onChange(e.target.value)}
        />
        <button type="button" aria-pressed={shown} aria-label={`${shown ? t('ui.hide') : t('ui.show')}: ${rest.label}`} onClick={() => setShown(!shown)}>
          {shown ? t('ui.hide') : t('ui.show')}
        </button>
      </div>
    </FieldFrame>
  )
}

/** A decimal, typed with comma or dot, and read back as it was understood. */
export function DecimalField({ value, onChange, name, ...rest }: Shared) {
  const t = useText()
  const { language } = useLanguage()
  const read = readDecimal(value)
  return (
    <FieldFrame {...rest} short>
      <input {...described(rest)} className="number" name={name} inputMode="decimal" autoComplete="off" value={value} onChange={(e) => onChange(e.target.value)} />
      <p className="read-back" aria-live="polite">
        {value.trim() !== '' && (read === undefined ? t('ui.notDecimal') : t('ui.readAs', { value: showDecimal(read, language) }))}
      </p>
    </FieldFrame>
  )
}

/** One of a few choices. */
export function SelectField({ value, onChange, name, options, ...rest }: Shared & { options: readonly { id: string; name: string }[] }) {
  return (
    <FieldFrame {...rest}>
      <select {...described(rest)} name={name} value={value} onChange={(e) => onChange(e.target.value)}>
        {options.map((o) => (
          <option key={o.id} value={o.id}>
            {o.name}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}
