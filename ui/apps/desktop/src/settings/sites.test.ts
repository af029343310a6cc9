import { describe, expect, it } from 'vitest'
import { siteOf } from './sites.ts'

describe('the name of a site', () => {
  it('is taken out of whatever was pasted', () => {
    expect(['crm.bedrijf.nl', ' CRM.Bedrijf.nl ', 'https://crm.bedrijf.nl/klant?id=7', 'crm.bedrijf.nl:8443'].map(siteOf)).toEqual(
      Array(4).fill('crm.bedrijf.nl'),
    )
  })

  it('is not made up where there is none', () => {
    expect(['', 'crm', 'crm bedrijf', '*.nl', 'file:///etc', 'javascript:alert(1)'].map(siteOf)).toEqual(Array(6).fill(null))
  })
})
