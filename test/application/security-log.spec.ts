import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SecurityLog, securityEvents, type Refused } from '../../src/application/commands/security-log.js';
import { domain } from '../../src/domain/index.js';
import { StoppedClock } from '../support/views.js';

const lines: Record<string, unknown>[] = [];
jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(JSON.parse(String(line)) as Record<string, unknown>));
beforeEach(() => void (lines.length = 0));
const refused = (fra: string): Refused => ({
  status: 401, kode: 'IKKE_AUTENTISERT', metode: 'GET', rute: '/', aktor: undefined, integrasjon: undefined, fra, foresporsel: 'f',
});

describe('The security log', () => {
  it('knows every event whose name says that it changes a password, a role or an access', () => {
    const all = Object.values(domain).flatMap(({ evolve }) => Object.keys(evolve));
    const named = all.filter((type) => /Password|Appointed|Dismissed|administrator(Added|Removed)$|^Access|^Integration/i.test(type));
    expect(new Set(named)).toEqual(new Set(securityEvents));
  });

  it('has a bounded number of lines from any number of addresses, and counts the rest when it ends', () => {
    const log = new SecurityLog(new StoppedClock());
    for (let n = 0; n < 5000; n++) log.refused(refused(`2001:db8::${n.toString(16)}`));
    expect(lines).toHaveLength(1000);
    for (let n = 0; n < 30; n++) log.refused(refused('2001:db8::0'));
    log.flush();
    expect(lines.slice(1000)).toEqual([
      { hendelse: 'AVVIST_FLERE', status: 401, fra: '2001:db8::0', antall: 30 },
      { hendelse: 'AVVIST_FLERE', status: 401, fra: 'andre adresser', antall: 4000 },
    ]);
    log.flush();
    expect(lines).toHaveLength(1002);
  });
});
