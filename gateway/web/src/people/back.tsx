import { Link } from '@tanstack/react-router'
import { useText } from '../text/language'

export function BackToPeople({ authority }: { authority: string }) {
  const t = useText()
  return (
    <Link to="/authorities/$authority/people" params={{ authority }} className="back">
      {t('people.title')}
    </Link>
  )
}
