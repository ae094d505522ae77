import { svarUt, type SvarUtEvent } from '../../src/domain/svarut.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { given, unopenedContext } from '../support/given.js';
import { konto } from './examples.js';

const vist: SvarUtEvent = { type: 'SvarUtAccountEnabled', data: konto };
const skjult: SvarUtEvent = { type: 'SvarUtAccountDisabled', data: konto };
const vis = { type: 'EnableSvarUtAccount', data: konto } as const;
const skjul = { type: 'DisableSvarUtAccount', data: konto } as const;

describe('SvarUt', () => {
  it('post fra en konto blir vist i Innsyn', () => {
    given(svarUt, []).when(vis).then([vist]);
  });

  it('en konto som vises, kan ikke slås på en gang til', () => {
    given(svarUt, [vist]).when(vis).thenNothing();
  });

  it('post fra kontoen kan skjules igjen', () => {
    given(svarUt, [vist]).when(skjul).then([skjult]);
  });

  it('en konto som ikke vises, kan skjules uten at noe endres', () => {
    given(svarUt, []).when(skjul).thenNothing();
    given(svarUt, [vist, skjult]).when(skjul).thenNothing();
  });

  it('en konto som er skjult, kan vises på nytt', () => {
    given(svarUt, [vist, skjult]).when(vis).then([vist]);
  });

  it('hver konto slås av og på for seg', () => {
    const annen = { kontoId: parseUuid('c2a1f0de-2b1c-4d59-8a55-9a7c2f3b4d02') };
    given(svarUt, [vist])
      .when({ type: 'EnableSvarUtAccount', data: annen })
      .then([{ type: 'SvarUtAccountEnabled', data: annen }]);
    given(svarUt, [vist]).when({ type: 'DisableSvarUtAccount', data: annen }).thenNothing();
    given(svarUt, [vist, { type: 'SvarUtAccountEnabled', data: annen }, { type: 'SvarUtAccountDisabled', data: annen }])
      .when(vis)
      .thenNothing();
  });

  it.each([vis, skjul])('før tjenestevedlegget er signert, avvises $type', (command) => {
    given(svarUt, [], unopenedContext).when(command).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
  });
});
