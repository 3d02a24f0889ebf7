// React Aria declares its texts as a type only.
declare module 'react-aria-components/i18n/en-US' {
  const texts: import('./aria').Strings
  export default texts
}
