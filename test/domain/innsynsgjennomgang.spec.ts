import { innsynsgjennomgang, type InnsynsgjennomgangEvent } from '../../src/domain/innsynsgjennomgang.js';
import { parseFunntekst, parseKonklusjon } from '../../src/domain/values/text.js';
import { given, openContext } from '../support/given.js';
import { gjennomgang } from './examples.js';

const registrert: InnsynsgjennomgangEvent = { type: 'InnsynsloggReviewed', data: gjennomgang };
const registrer = { type: 'ReviewInnsynslogg', data: gjennomgang } as const;

describe('En gjennomgang av innsynsloggen', () => {
  it('blir registrert, med og uten funn', () => {
    given(innsynsgjennomgang, []).when(registrer).then([registrert]);
    const data = { ...gjennomgang, funn: [] };
    given(innsynsgjennomgang, []).when({ ...registrer, data }).then([{ ...registrert, data }]);
  });

  it('er den samme når den sendes på nytt', () => {
    given(innsynsgjennomgang, [registrert]).when(registrer).thenNothing();
  });

  it('kan ikke endres', () => {
    const data = { ...gjennomgang, konklusjon: parseKonklusjon('Ingen funn') };
    given(innsynsgjennomgang, [registrert]).when({ ...registrer, data }).thenRefused('conflict', 'GJENNOMGANG_FINNES');
  });

  it('gjelder en periode som er over', () => {
    const slutt = (til: typeof gjennomgang.til) => given(innsynsgjennomgang, []).when({ ...registrer, data: { ...gjennomgang, til } });
    slutt(openContext.now).then([{ ...registrert, data: { ...gjennomgang, til: openContext.now } }]);
    slutt('2026-11-23T12:00:00.001Z' as never).thenRefused('invalid', 'PERIODE_IKKE_OVER');
    slutt(gjennomgang.fra).thenRefused('invalid', 'UGYLDIG_TIDSPERIODE');
  });

  it.each(['12818510088', '128185 10088', 'Gjelder 128185-10088.', '１２８１８５１００８８'])('har ingen fødselsnumre i tekstene: %s', (tekst) => {
    expect(() => parseKonklusjon(tekst)).toThrow(expect.objectContaining({ code: 'UGYLDIG_KONKLUSJON', detail: expect.stringContaining('fødselsnummer') as string }) as Error);
    expect(() => parseFunntekst(tekst)).toThrow(expect.objectContaining({ code: 'UGYLDIG_FUNNTEKST' }) as Error);
  });
});
