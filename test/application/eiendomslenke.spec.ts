import { eiendomslenker } from '../../src/application/views/eiendomslenke.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { byggesaker } from '../domain/examples.js';
import { given, idOf, nesseby, then, thing } from '../support/views.js';

const id = idOf('byggesaker');
const one = thing('eiendomslenke', id);
const key = `${nesseby}/${id}`;
const created = one({ type: 'EiendomslenkeCreated', data: byggesaker });

describe('Eiendomslenker, as they are configured', () => {
  it('keep the template as it was written', () => {
    given(created).then(eiendomslenker, { [key]: { id, fiksOrgId: nesseby, opprettet: then, endret: then, endretAv: 'person:kari', ...byggesaker } });
  });

  it('change in the fields that are given', () => {
    const tittel = parseTittel('Áššit');
    given(created, one({ type: 'EiendomslenkeChanged', data: { tittel } })).then(eiendomslenker, {
      [key]: { id, fiksOrgId: nesseby, opprettet: then, endret: then, endretAv: 'person:kari', tittel, mal: byggesaker.mal },
    });
  });

  it('are gone when they are removed', () => {
    given(created, one({ type: 'EiendomslenkeRemoved', data: {} })).then(eiendomslenker, {});
  });
});
