// Names of websites whose numbers are dialled without asking.

/** The name of the site in what somebody typed or pasted, an address among it; null where there is none. */
export function siteOf(text: string): string | null {
  const typed = text.trim().toLowerCase()
  if (typed === '' || /\s/.test(typed)) return null
  try {
    const { hostname, protocol } = new URL(/^[a-z]+:\/\//.test(typed) ? typed : `https://${typed}`)
    return /^https?:$/.test(protocol) && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(hostname) ? hostname : null
  } catch {
    return null
  }
}
