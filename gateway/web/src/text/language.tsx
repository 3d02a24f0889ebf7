import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components'
import { IntlProvider, useTranslations } from 'use-intl'
import { setAnswerLanguage } from '../api/client'
import { part } from '../api/part'
import { setAriaLanguage } from './aria'
import { zone } from './date'
import type vi from './vi.json'

export type Language = 'vi' | 'en'
type Messages = typeof vi

declare module 'use-intl' {
  interface AppConfig {
    Locale: Language
    Messages: Messages
  }
}

const catalogues: Record<Language, () => Promise<{ default: Messages }>> = {
  vi: () => import('./vi.json'),
  en: () => import('./en.json'),
}

const kept = 'parindex.language'

/** The language that was chosen in this browser; Vietnamese if none was. */
function chosen(): Language {
  try {
    return localStorage.getItem(kept) === 'en' ? 'en' : 'vi'
  } catch {
    return 'vi' // the browser keeps nothing for this site
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(kept, language)
  } catch {
    // It holds until the page is closed.
  }
}

const Choice = createContext<{ language: Language; choose: (language: Language) => void }>({ language: 'vi', choose: () => {} })

export const useLanguage = () => useContext(Choice)

/** The texts of the chosen language, by their keys written out, so that a test finds unused ones. */
export const useText = () => useTranslations()
export type Text = ReturnType<typeof useText>

/** Gives its children the texts. Typed content survives a change of language. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(chosen)
  const [read, setRead] = useState<{ language: Language; messages: Messages }>()
  const choose = useCallback((next: Language) => {
    keep(next)
    setLanguage(next)
  }, [])
  useEffect(() => {
    let current = true
    setAnswerLanguage(language)
    void part(catalogues[language]).then((catalogue) => {
      if (!current) return
      setAriaLanguage(language)
      document.documentElement.lang = language
      setRead({ language, messages: catalogue.default })
    })
    return () => {
      current = false
    }
  }, [language])
  const choice = useMemo(() => ({ language, choose }), [language, choose])
  if (!read) return null
  return (
    <Choice.Provider value={choice}>
      <IntlProvider locale={read.language} messages={read.messages} timeZone={zone}>
        <I18nProvider locale={read.language === 'vi' ? 'vi-VN' : 'en-GB'}>{children}</I18nProvider>
      </IntlProvider>
    </Choice.Provider>
  )
}
