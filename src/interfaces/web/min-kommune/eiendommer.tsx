import { api, type Schemas } from '../api/client.js';
import { LenkeUt, Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { useSprak } from '../shell/sprak.js';
import { useAktor } from './aktor.js';
import { Eiendomskort } from './eiendomskort.js';
import { pageSize, Treffliste, usePages } from './sokeside.js';
import { useTerm } from './term.js';

/** Mine eiendommer: what the land register has on her, with the links of the kommune. */
export function Eiendommer() {
  const { t } = useSprak();
  const [term, sok] = useTerm();
  const { onBehalfOf } = useAktor();
  const sider = usePages(['eiendommer', term, onBehalfOf], async (fra, signal) => {
    const { data } = await api.POST('/innsyn-sok/api/v1/eiendom/sok', { params: { query: { term, fra, antall: pageSize, ...onBehalfOf } }, body: {}, signal });
    return data!;
  });
  return (
    <Side tittel={t.eiendommer.tittel}>
      <Sokefelt etikett={t.eiendommer.sok} term={term} sok={sok} />
      <Treffliste sider={sider} tom={term === '' ? { tittel: t.eiendommer.tom, tekst: t.eiendommer.tomTekst } : { tittel: t.sok.ingen(term), tekst: t.sok.ingenTekst }} id={({ dokumentId }) => dokumentId}>
        {({ meldingMetadata }) => <Eiendomskort {...eiendomOf(meldingMetadata)} />}
      </Treffliste>
      <p className="dempet">
        {t.eiendommer.rette} <LenkeUt href="https://www.kartverket.no/eiendom">{t.eiendommer.retteLenke}</LenkeUt>
      </p>
    </Side>
  );
}

const withoutZeros = (text: string) => text.replace(/^0+(?=\d)/, '');

/** A property of the search as its card shows it. */
export const eiendomOf = ({ adresser, kommuneNavn, kommunenummer, matrikkelnummer, lenker }: Schemas['MatrikkelenhetV1']) => ({
  ...(adresser?.[0] && { adresse: adresser.join(', ') }),
  kommune: kommuneNavn,
  kommunenummer,
  gardsnummer: withoutZeros(matrikkelnummer.gardsnummer),
  bruksnummer: withoutZeros(matrikkelnummer.bruksnummer),
  festenummer: withoutZeros(matrikkelnummer.festenummer),
  seksjonsnummer: withoutZeros(matrikkelnummer.seksjonsnummer),
  lenker: lenker ?? [],
});
