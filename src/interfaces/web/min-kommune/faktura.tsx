import { Card, Heading, Tag } from '@digdir/designsystemet-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Schemas } from '../api/client.js';
import { ToggleGroup } from '../shell/felt.js';
import { LenkerUt, Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { Fakta } from '../shell/fakta.js';
import { useSprak } from '../shell/sprak.js';
import { daysUntil } from '../texts/moments.js';
import { useAktor } from './aktor.js';
import { pageSize, Treffliste, usePages } from './sokeside.js';
import { useTerm } from './term.js';
import { unpaid } from './ubetalt.js';

const colors: Readonly<Record<string, 'success' | 'warning' | 'danger' | 'neutral'>> = { BETALT: 'success', IKKE_BETALT: 'warning', INKASSOVARSEL: 'danger', SENDT_INKASSO: 'danger', INKASSO: 'danger' };

/** Faktura: her invoices, the newest first, or those that are not paid. */
export function Fakturaer() {
  const { t } = useSprak();
  const [term, sok] = useTerm();
  const { vis } = useSearch({ from: '/faktura' });
  const navigate = useNavigate();
  const { onBehalfOf } = useAktor();
  const sider = usePages(['faktura', term, vis, onBehalfOf], async (fra, signal) => {
    const query = { term, fra, antall: pageSize, ...(term === '' && { sortering: 'DATO_DESC' as const }), ...onBehalfOf };
    const { data } = await api.POST('/innsyn-sok/api/v1/faktura/sok', { params: { query }, body: vis === 'ubetalte' ? { status: [...unpaid] } : {}, signal });
    return data!;
  });
  return (
    <Side tittel={t.faktura.tittel}>
      <div className="valg">
        <Sokefelt etikett={t.faktura.sok} term={term} sok={sok} />
        <ToggleGroup
          aria-label={t.faktura.vis}
          value={vis ?? 'alle'}
          onChange={(value) => void navigate({ to: '/faktura', search: { ...(term !== '' && { q: term }), ...(value === 'ubetalte' && { vis: 'ubetalte' as const }) } })}
          className="ikke-utskrift"
        >
          <ToggleGroup.Item value="alle">{t.faktura.alle}</ToggleGroup.Item>
          <ToggleGroup.Item value="ubetalte">{t.faktura.ubetalte}</ToggleGroup.Item>
        </ToggleGroup>
      </div>
      <Treffliste sider={sider} tom={term === '' ? { tittel: t.faktura.tom, tekst: t.faktura.tomTekst } : { tittel: t.sok.ingen(term), tekst: t.sok.ingenTekst }} id={({ dokumentId }) => dokumentId} skjeletthoyde={190}>
        {({ meldingMetadata }) => <Fakturakort faktura={meldingMetadata} />}
      </Treffliste>
    </Side>
  );
}

function Fakturakort({ faktura }: { readonly faktura: Schemas['FakturaV1'] }) {
  const { t, m } = useSprak();
  const { tittel, belop, totalbelop, utestaendeBelop, forfallDato, fakturaDato, kid, kontonummer, betalesTil, status, faktura: pdf, lenker, eksternLenke } = faktura;
  const isPaid = status === 'BETALT';
  const days = daysUntil(forfallDato);
  const facts = [
    [t.faktura.belop, m.kroner(totalbelop ?? belop)],
    [t.faktura.utestaende, typeof utestaendeBelop === 'number' && !isPaid && m.kroner(utestaendeBelop)],
    [t.faktura.forfall, m.dag(forfallDato)],
    [t.faktura.dato, m.dag(fakturaDato)],
    [t.faktura.fra, betalesTil],
    [t.faktura.konto, !isPaid && kontonummer?.replace(/^(\d{4})(\d{2})(\d{5})$/, '$1 $2 $3')],
    [t.faktura.kid, !isPaid && kid],
  ] as const;
  const links = [...(pdf ? [{ url: pdf.url, tittel: t.faktura.apne }] : []), ...(eksternLenke ? [eksternLenke] : []), ...(lenker ?? [])].map(({ tittel, url }) => ({ tittel, lenke: url }));
  return (
    <Card data-color="neutral" className="kort">
      <div className="linje">
        <Heading level={2} data-size="xs">
          {tittel}
        </Heading>
        {status && (
          <Tag data-color={colors[status] ?? 'neutral'} data-size="sm">
            {t.faktura.status[status] ?? status}
          </Tag>
        )}
        {!isPaid && (
          <Tag data-color={days < 0 ? 'danger' : 'neutral'} data-size="sm">
            {t.faktura.forfaller(days)}
          </Tag>
        )}
      </div>
      <Fakta fakta={facts} />
      <LenkerUt lenker={links} />
    </Card>
  );
}
