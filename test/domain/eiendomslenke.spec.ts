import { eiendomslenke, type EiendomslenkeEvent } from '../../src/domain/eiendomslenke.js';
import { parseLenkemal } from '../../src/domain/values/lenkemal.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { given, unopenedContext } from '../support/given.js';
import { byggesaker } from './examples.js';

const opprettet: EiendomslenkeEvent = { type: 'EiendomslenkeCreated', data: byggesaker };
const fjernet: EiendomslenkeEvent = { type: 'EiendomslenkeRemoved', data: {} };
const tittel = parseTittel('Kart');

describe('Eiendomslenke', () => {
  const opprett = { type: 'CreateEiendomslenke', data: byggesaker } as const;

  it('en lenke med plassholdere blir opprettet', () => {
    given(eiendomslenke, []).when(opprett).then([opprettet]);
  });

  it('en vanlig lenke blir opprettet', () => {
    const data = { tittel, mal: parseLenkemal('https://kart.kommune.no') };
    given(eiendomslenke, [])
      .when({ type: 'CreateEiendomslenke', data })
      .then([{ type: 'EiendomslenkeCreated', data }]);
  });

  it('samme lenke en gang til endrer ingenting', () => {
    given(eiendomslenke, [opprettet]).when(opprett).thenNothing();
  });

  it('en annen lenke kan ikke ta over id-en', () => {
    given(eiendomslenke, [opprettet])
      .when({ type: 'CreateEiendomslenke', data: { ...byggesaker, tittel } })
      .thenRefused('conflict', 'EIENDOMSLENKE_FINNES');
    given(eiendomslenke, [opprettet, fjernet]).when(opprett).thenRefused('conflict', 'EIENDOMSLENKE_FINNES');
  });

  it('bare de feltene som er oppgitt og er nye, blir endret', () => {
    given(eiendomslenke, [opprettet])
      .when({ type: 'ChangeEiendomslenke', data: { tittel, mal: byggesaker.mal } })
      .then([{ type: 'EiendomslenkeChanged', data: { tittel } }]);
  });

  it.each([{}, byggesaker, { mal: undefined }])('en endring uten noe nytt endrer ingenting: %j', (data) => {
    given(eiendomslenke, [opprettet]).when({ type: 'ChangeEiendomslenke', data }).thenNothing();
  });

  it('en endring beholder de andre feltene', () => {
    given(eiendomslenke, [opprettet, { type: 'EiendomslenkeChanged', data: { tittel } }])
      .when({ type: 'ChangeEiendomslenke', data: { ...byggesaker, tittel } })
      .thenNothing();
  });

  it('en lenke blir fjernet, og kan fjernes igjen uten at noe endres', () => {
    given(eiendomslenke, [opprettet]).when({ type: 'RemoveEiendomslenke', data: {} }).then([fjernet]);
    given(eiendomslenke, [opprettet, fjernet]).when({ type: 'RemoveEiendomslenke', data: {} }).thenNothing();
  });

  const endre = { type: 'ChangeEiendomslenke', data: { tittel } } as const;
  const fjern = { type: 'RemoveEiendomslenke', data: {} } as const;

  it.each([endre, fjern])('en ukjent lenke finnes ikke for $type', (command) => {
    given(eiendomslenke, []).when(command).thenRefused('missing', 'IKKE_FUNNET');
  });

  it('en lenke som er fjernet, kan ikke endres', () => {
    given(eiendomslenke, [opprettet, fjernet]).when(endre).thenRefused('missing', 'IKKE_FUNNET');
  });

  it.each([opprett, endre, fjern])('før tjenestevedlegget er signert, avvises $type', (command) => {
    given(eiendomslenke, [], unopenedContext).when(command).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
  });
});
