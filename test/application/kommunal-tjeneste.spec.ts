import { kommunaleTjenester } from '../../src/application/views/kommunal-tjeneste.js';
import { kulturskole } from '../domain/examples.js';
import { given, idOf, nesseby, then, thing } from '../support/views.js';

const id = idOf('kulturskole');
const one = thing('kommunalTjeneste', id);
const key = `${nesseby}/${id}`;
const created = one({ type: 'KommunalTjenesteCreated', data: kulturskole });
const view = { id, fiksOrgId: nesseby, opprettet: then, endret: then, endretAv: 'person:kari', ...kulturskole, favoritt: false };

describe('Kommunale tjenester, as they are configured', () => {
  it('begin without a star', () => {
    given(created).then(kommunaleTjenester, { [key]: view });
  });

  it('change in the fields that are given, and keep the star', () => {
    given(
      created,
      one({ type: 'KommunalTjenesteStarred', data: {} }),
      one({ type: 'KommunalTjenesteChanged', data: { rettetMot: 'ORGANISASJON' } }),
    ).then(kommunaleTjenester, { [key]: { ...view, rettetMot: 'ORGANISASJON', favoritt: true } });
  });

  it('are starred and unstarred', () => {
    const starred = one({ type: 'KommunalTjenesteStarred', data: {} });
    given(created, starred).then(kommunaleTjenester, { [key]: { ...view, favoritt: true } });
    given(created, starred, one({ type: 'KommunalTjenesteUnstarred', data: {} })).then(kommunaleTjenester, { [key]: view });
  });

  it('are gone when they are removed', () => {
    given(created, one({ type: 'KommunalTjenesteRemoved', data: {} })).then(kommunaleTjenester, {});
  });
});
