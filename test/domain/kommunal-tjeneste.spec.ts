import { kommunalTjeneste, rettetMotVerdier, type KommunalTjenesteEvent } from '../../src/domain/kommunal-tjeneste.js';
import { parseLenke } from '../../src/domain/values/lenke.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { given, unopenedContext } from '../support/given.js';
import { kulturskole } from './examples.js';

const opprettet: KommunalTjenesteEvent = { type: 'KommunalTjenesteCreated', data: kulturskole };
const stjerne: KommunalTjenesteEvent = { type: 'KommunalTjenesteStarred', data: {} };
const fjernet: KommunalTjenesteEvent = { type: 'KommunalTjenesteRemoved', data: {} };
const tittel = parseTittel('Foresattportal SFO');

describe('Kommunal tjeneste', () => {
  const opprett = { type: 'CreateKommunalTjeneste', data: kulturskole } as const;

  it.each(rettetMotVerdier)('en tjeneste rettet mot %s blir opprettet', (rettetMot) => {
    const data = { ...kulturskole, rettetMot };
    given(kommunalTjeneste, [])
      .when({ type: 'CreateKommunalTjeneste', data })
      .then([{ type: 'KommunalTjenesteCreated', data }]);
  });

  it('samme tjeneste en gang til endrer ingenting', () => {
    given(kommunalTjeneste, [opprettet]).when(opprett).thenNothing();
  });

  it('en annen tjeneste kan ikke ta over id-en', () => {
    given(kommunalTjeneste, [opprettet])
      .when({ type: 'CreateKommunalTjeneste', data: { ...kulturskole, tittel } })
      .thenRefused('conflict', 'KOMMUNAL_TJENESTE_FINNES');
    given(kommunalTjeneste, [opprettet, fjernet]).when(opprett).thenRefused('conflict', 'KOMMUNAL_TJENESTE_FINNES');
  });

  it('bare de feltene som er oppgitt og er nye, blir endret', () => {
    given(kommunalTjeneste, [opprettet])
      .when({ type: 'ChangeKommunalTjeneste', data: { tittel, lenke: kulturskole.lenke } })
      .then([{ type: 'KommunalTjenesteChanged', data: { tittel } }]);
  });

  it.each([{}, kulturskole, { tittel: undefined }])('en endring uten noe nytt endrer ingenting: %j', (data) => {
    given(kommunalTjeneste, [opprettet]).when({ type: 'ChangeKommunalTjeneste', data }).thenNothing();
  });

  it('en endring beholder de andre feltene og stjernen', () => {
    const lenke = parseLenke('https://sfo.kommune.no');
    const endret: KommunalTjenesteEvent = { type: 'KommunalTjenesteChanged', data: { lenke } };
    given(kommunalTjeneste, [opprettet, stjerne, endret])
      .when({ type: 'ChangeKommunalTjeneste', data: { ...kulturskole, lenke } })
      .thenNothing();
    given(kommunalTjeneste, [opprettet, stjerne, endret])
      .when({ type: 'StarKommunalTjeneste', data: {} })
      .thenNothing();
  });

  it('en tjeneste får stjerne, og kan ikke få den to ganger', () => {
    given(kommunalTjeneste, [opprettet]).when({ type: 'StarKommunalTjeneste', data: {} }).then([stjerne]);
    given(kommunalTjeneste, [opprettet, stjerne]).when({ type: 'StarKommunalTjeneste', data: {} }).thenNothing();
  });

  it('stjernen kan tas bort, og bare når den er der', () => {
    given(kommunalTjeneste, [opprettet, stjerne])
      .when({ type: 'UnstarKommunalTjeneste', data: {} })
      .then([{ type: 'KommunalTjenesteUnstarred', data: {} }]);
    given(kommunalTjeneste, [opprettet]).when({ type: 'UnstarKommunalTjeneste', data: {} }).thenNothing();
    given(kommunalTjeneste, [opprettet, stjerne, { type: 'KommunalTjenesteUnstarred', data: {} }])
      .when({ type: 'StarKommunalTjeneste', data: {} })
      .then([stjerne]);
  });

  it('en tjeneste blir fjernet, og kan fjernes igjen uten at noe endres', () => {
    given(kommunalTjeneste, [opprettet]).when({ type: 'RemoveKommunalTjeneste', data: {} }).then([fjernet]);
    given(kommunalTjeneste, [opprettet, fjernet]).when({ type: 'RemoveKommunalTjeneste', data: {} }).thenNothing();
  });

  const endringer = [
    { type: 'ChangeKommunalTjeneste', data: { tittel } },
    { type: 'StarKommunalTjeneste', data: {} },
    { type: 'UnstarKommunalTjeneste', data: {} },
  ] as const;
  const fjern = { type: 'RemoveKommunalTjeneste', data: {} } as const;

  it.each([...endringer, fjern])('en ukjent tjeneste finnes ikke for $type', (command) => {
    given(kommunalTjeneste, []).when(command).thenRefused('missing', 'IKKE_FUNNET');
  });

  it.each(endringer)('en tjeneste som er fjernet, finnes ikke for $type', (command) => {
    given(kommunalTjeneste, [opprettet, fjernet]).when(command).thenRefused('missing', 'IKKE_FUNNET');
  });

  it.each([opprett, ...endringer, fjern])('før tjenestevedlegget er signert, avvises $type', (command) => {
    given(kommunalTjeneste, [], unopenedContext).when(command).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
  });
});
