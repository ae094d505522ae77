import { Card, Heading, Tag } from '@digdir/designsystemet-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../api/client.js';
import { ToggleGroup } from '../shell/felt.js';
import { Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { useSprak } from '../shell/sprak.js';
import { useAktor } from './aktor.js';
import { pageSize, Treffliste, usePages } from './sokeside.js';
import { useTerm } from './term.js';

/** Mine saker: the cases that she is a party to. */
export function Saker() {
  const { t } = useSprak();
  const [term, sok] = useTerm();
  const { type } = useSearch({ from: '/saker' });
  const navigate = useNavigate();
  const { onBehalfOf } = useAktor();
  const sider = usePages(['saker', term, type, onBehalfOf], async (fra, signal) => {
    const query = { term, fra, antall: pageSize, ...(term === '' && { sortering: 'DATO_DESC' as const }), ...onBehalfOf };
    const { data } = await api.POST('/innsyn-sok/api/v1/mappe/sok', { params: { query }, body: type === undefined ? {} : { mappeType: type }, signal });
    return data!;
  });
  return (
    <Side tittel={t.saker.tittel}>
      <div className="valg">
        <Sokefelt etikett={t.saker.sok} term={term} sok={sok} />
        <ToggleGroup
          aria-label={t.saker.vis}
          value={type ?? 'ALLE'}
          onChange={(value) => void navigate({ to: '/saker', search: { ...(term !== '' && { q: term }), ...(value !== 'ALLE' && { type: value as 'SAK' | 'BYGGESAK' }) } })}
          className="ikke-utskrift"
        >
          <ToggleGroup.Item value="ALLE">{t.saker.alle}</ToggleGroup.Item>
          <ToggleGroup.Item value="BYGGESAK">{t.saker.bareByggesaker}</ToggleGroup.Item>
          <ToggleGroup.Item value="SAK">{t.saker.andreSaker}</ToggleGroup.Item>
        </ToggleGroup>
      </div>
      <Treffliste sider={sider} tom={term === '' ? { tittel: t.saker.tom, tekst: t.saker.tomTekst } : { tittel: t.sok.ingen(term), tekst: t.sok.ingenTekst }} id={({ dokumentId }) => dokumentId}>
        {({ dokumentId, meldingMetadata, fiksOrganisasjon }) => <Sakskort id={dokumentId} sak={meldingMetadata} kommune={fiksOrganisasjon.visningsnavn} />}
      </Treffliste>
    </Side>
  );
}

/** The kind, the number and the state of a case, in one line. */
export function Saksmerker({ sak }: { readonly sak: Schemas['MappeV1'] }) {
  const { t } = useSprak();
  return (
    <span className="linje">
      <Tag data-color="neutral" data-size="sm">
        {sak.internType === 'BYGGESAK' ? t.saker.byggesak : t.saker.sak}
      </Tag>
      <Tag data-color={sak.erAvsluttet ? 'neutral' : 'success'} data-size="sm">
        {sak.erAvsluttet ? t.saker.avsluttet : (sak.navaerendeMilepel?.navn ?? t.saker.apen)}
      </Tag>
    </span>
  );
}

function Sakskort({ id, sak, kommune }: { readonly id: string; readonly sak: Schemas['MappeV1']; readonly kommune: string }) {
  const { t, m } = useSprak();
  const { tittel, beskrivelse, saksaar, sakssekvensnummer, sistOppdatert, saksdato } = sak;
  const about = [
    kommune,
    saksaar && sakssekvensnummer ? t.saker.saksnummer(saksaar, sakssekvensnummer) : '',
    sistOppdatert ? `${t.saker.sistOppdatert} ${m.nylig(sistOppdatert)}` : saksdato ? `${t.saker.saksdato} ${m.dag(saksdato)}` : '',
  ].filter(Boolean);
  return (
    <Card data-color="neutral" className="kort kortlenke" asChild>
      <Link to="/saker/$id" params={{ id }} className="kortlenke ds-focus">
        <span className="kort">
          <Heading level={2} data-size="xs" className="tittel">
            {tittel}
          </Heading>
          <Saksmerker sak={sak} />
          {beskrivelse && <span>{beskrivelse}</span>}
          <span className="dempet">{about.join(' · ')}</span>
        </span>
      </Link>
    </Card>
  );
}
