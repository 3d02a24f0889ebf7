import type { ReactNode } from 'react'
import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components'
import { finds } from '../text/fold'
import { useText } from '../text/language'
import type { FieldState } from './form'

interface Option {
  id: string
  name: string
}

/** One of many choices, found by typing a part of the name, without accents. */
export function Combobox({ id, name, value, fault, onChange, label, hint, optional, options }: FieldState & { label: string; hint?: ReactNode; optional?: boolean; options: readonly Option[] }) {
  const t = useText()
  return (
    <ComboBox
      id={id}
      className={`field${fault ? ' wrong' : ''}`}
      validationBehavior="aria"
      isInvalid={Boolean(fault)}
      value={value || null}
      onChange={(key) => onChange(key === null ? '' : String(key))}
      defaultItems={options}
      defaultFilter={finds}
      menuTrigger="focus"
      allowsEmptyCollection
    >
      <Label>
        {label} {optional && <span className="optional">{t('ui.optional')}</span>}
      </Label>
      {hint && (
        <Text slot="description" className="hint" elementType="p">
          {hint}
        </Text>
      )}
      <FieldError className="fault" elementType="p">
        {fault}
      </FieldError>
      <div className="with-button">
        <Input name={`${name}-text`} />
        <Button>▾</Button>
      </div>
      <Popover className="popover">
        <ListBox className="options" renderEmptyState={() => <div className="nothing">{t('ui.nothingFound')}</div>}>
          {(option: Option) => <ListBoxItem textValue={option.name}>{option.name}</ListBoxItem>}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
