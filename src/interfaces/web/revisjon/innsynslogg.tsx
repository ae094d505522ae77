import { Alert, Button, Card, Heading, Paragraph, Skeleton, Table, Tag } from '@digdir/designsystemet-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState, type SubmitEvent } from 'react';
import { api, queries, queryClient, type Schemas } from '../api/client.js';
import { errorOf } from '../api/error.js';
import { useMeg } from '../api/meg.js';
import { Textarea, Textfield } from '../shell/felt.js';
import { dayAfter, startOfDay, today } from '../texts/date-field.js';
import { Fakta } from '../shell/fakta.js';
import { Flere } from '../shell/flere.js';
import { useReceipt } from '../shell/receipt.js';
import { useSprak } from '../shell/sprak.js';
import { Feilliste, SkjelettKort, Tilstand, Tom } from '../shell/states.js';
import { fra, Revisjon, useListe, useOrg, writtenIn } from './revisjon.js';
import { Tabell } from './tabell.js';
import { useTekster } from './tekster.js';

interface Periode {
  readonly fra: string;
  readonly til: string;
}
type Line = Schemas['InnsynRevisjonLinje'];
/** The notes by the id of the line. A note stays while she looks at another period, and belongs to a review of its own. */
type Funn = ReadonlyMap<string, { readonly tidspunkt: string; readonly tekst: string }>;

/** The notes about lines of the period. */
const funnIn = (funn: Funn, { fra, til }: Periode) => [...funn].filter(([, { tidspunkt }]) => Date.parse(tidspunkt) >= Date.parse(fra) && Date.parse(tidspunkt) < Date.parse(til));

/** Innsynslogg: what systems have looked up about citizens, its patterns, and the auditor's review of it. */
export function Innsynslogg() {
  const t = useTekster();
  const { m } = useSprak();
  const org = useOrg();
  const navigate = useNavigate();
  const { fra = dayAfter(today(), -30), til = today() } = useSearch({ from: '/revisjon/$org/innsynslogg' });
  const [funn, note] = useState<Funn>(new Map());
  const periode: Periode = { fra: startOfDay(fra) ?? '', til: startOfDay(dayAfter(til)) ?? '' };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void navigate({ to: '/revisjon/$org/innsynslogg', params: { org }, search: writtenIn(event.currentTarget) });
  };
  return (
    <Revisjon tittel={t.faner.innsynslogg} ingress={t.innsynslogg.ingress}>
      <form className="valg ikke-utskrift" onSubmit={submit} key={`${fra} ${til}`}>
        <Textfield type="date" label={t.innsynslogg.fra} name="fra" defaultValue={fra} required />
        <Textfield type="date" label={t.innsynslogg.til} name="til" defaultValue={til} required />
        <Button type="submit">{t.innsynslogg.vis}</Button>
      </form>
      <p>{t.innsynslogg.periode(m.dag(fra), m.dag(til))}</p>
      <Monstre periode={periode} />
      <Linjer
        periode={periode}
        funn={funn}
        merk={({ id, tidspunkt }, tekst) => {
          note(new Map([...[...funn].filter(([one]) => one !== id), ...(tekst === undefined ? [] : [[id, { tidspunkt, tekst }] as const])]));
        }}
      />
      <Registrer
        periode={periode}
        funn={funnIn(funn, periode).flatMap(([linje, { tekst }]) => (tekst.trim() === '' ? [] : [{ linje, tekst }]))}
        ferdig={() => {
          const over = funnIn(funn, periode).map(([id]) => id);
          note(new Map([...funn].filter(([id]) => !over.includes(id))));
        }}
      />
      <Gjennomganger />
    </Revisjon>
  );
}

function Monstre({ periode }: { readonly periode: Periode }) {
  const t = useTekster();
  const { m } = useSprak();
  const org = useOrg();
  const query = queries.useQuery('get', '/min-kommune/api/v1/{fiksOrgId}/revisjon/innsynslogg/monstre', { params: { path: { fiksOrgId: org }, query: periode } });
  return (
    <section className="avsnitt">
      <Heading level={2} data-size="sm">
        {t.innsynslogg.monstre}
      </Heading>
      <Tilstand query={query} skjelett={<Skeleton variant="rectangle" height={260} />}>
        {({ antall, avkortet, integrasjoner, timer, gjentakelser, lesere }) => {
          const most = Math.max(1, ...timer);
          return (
            <>
              <p>{t.innsynslogg.antall(antall)}</p>
              {avkortet && (
                <Alert data-color="warning">
                  <Paragraph>{t.innsynslogg.avkortet}</Paragraph>
                </Alert>
              )}
              {integrasjoner.length > 0 && (
                <Tabell navn={t.innsynslogg.monstre} kolonner={[t.innsynslogg.system, t.innsynslogg.ganger, t.innsynslogg.avslatt, t.innsynslogg.innbyggere, t.innsynslogg.utenfor]}>
                  {integrasjoner.map((one) => (
                    <Table.Row key={one.integrasjon.id}>
                      <Table.HeaderCell scope="row">{one.integrasjon.navn ?? t.innsynslogg.slettet}</Table.HeaderCell>
                      <Table.Cell>{m.tall(one.antall)}</Table.Cell>
                      <Table.Cell>{m.tall(one.avslatt)}</Table.Cell>
                      <Table.Cell>{m.tall(one.innbyggere)}</Table.Cell>
                      <Table.Cell>{m.tall(one.utenforArbeidstid)}</Table.Cell>
                    </Table.Row>
                  ))}
                </Tabell>
              )}
              {antall > 0 && (
                <Card data-color="neutral" className="kort">
                  <Heading level={3} data-size="2xs">
                    {t.innsynslogg.timer}
                  </Heading>
                  <ul className="timer">
                    {timer.map((count, hour) => (
                      <li key={hour} title={t.innsynslogg.klokken(hour, count)}>
                        <span className="ds-sr-only">{t.innsynslogg.klokken(hour, count)}</span>
                        <svg viewBox="0 0 1 100" preserveAspectRatio="none" aria-hidden="true">
                          <rect x="0" width="1" y={100 - (count / most) * 100} height={(count / most) * 100} />
                        </svg>
                      </li>
                    ))}
                  </ul>
                  <p className="linje dempet" aria-hidden="true">
                    00–23
                  </p>
                </Card>
              )}
              {gjentakelser.length > 0 && (
                <Card data-color="neutral" className="kort">
                  <Heading level={3} data-size="2xs">
                    {t.innsynslogg.gjentakelser}
                  </Heading>
                  <ul>
                    {gjentakelser.map((one) => (
                      <li key={one.innbygger + one.integrasjon.id}>
                        {t.innsynslogg.gjentakelse(one.integrasjon.navn ?? t.innsynslogg.slettet, one.antall)} <span className="dempet">{m.periode(one.forste, one.siste)}</span>
                      </li>
                    ))}
                  </ul>
                </Card>
              )}
              {lesere.length > 0 && (
                <Card data-color="neutral" className="kort">
                  <Heading level={3} data-size="2xs">
                    {t.innsynslogg.lesere}
                  </Heading>
                  <ul>
                    {lesere.map(({ leser, antall: times }) => (
                      <li key={leser.referanse}>{t.innsynslogg.lest(leser.navn, times)}</li>
                    ))}
                  </ul>
                </Card>
              )}
            </>
          );
        }}
      </Tilstand>
    </section>
  );
}

function Linjer({ periode, funn, merk }: { readonly periode: Periode; readonly funn: Funn; readonly merk: (linje: Line, tekst: string | undefined) => void }) {
  const t = useTekster();
  const org = useOrg();
  const query = useListe(['innsynslinjer', org, periode], (neste, signal) =>
    api.GET('/min-kommune/api/v1/{fiksOrgId}/revisjon/innsynslogg', { params: { path: { fiksOrgId: org }, query: { ...periode, antall: 50, ...(neste && { fortsettFra: neste.get('fortsettFra')! }) } }, signal }),
  );
  return (
    <section className="avsnitt">
      <Heading level={2} data-size="sm">
        {t.innsynslogg.linjer}
      </Heading>
      <Tilstand query={query} skjelett={<SkjelettKort hoyde={120} />} erTom={(lines) => lines.length === 0} tom={<Tom tittel={t.innsynslogg.tom} tekst={t.innsynslogg.tomTekst} />}>
        {(lines) => (
          <>
            <ul className="liste">
              {lines.map((one) => (
                <li key={one.id}>
                  <Linje linje={one} funn={funn.get(one.id)?.tekst} merk={(tekst) => { merk(one, tekst); }} />
                </li>
              ))}
            </ul>
            <Flere query={query} />
          </>
        )}
      </Tilstand>
    </section>
  );
}

function Linje({ linje, funn, merk }: { readonly linje: Line; readonly funn: string | undefined; readonly merk: (tekst: string | undefined) => void }) {
  const t = useTekster();
  const { t: felles, m } = useSprak();
  const kan = useKan();
  const { integrasjon, tidspunkt, resultat, sok, formal, innbygger } = linje;
  return (
    <Card data-color="neutral" className="kort">
      <div className="linje">
        <Heading level={3} data-size="2xs">
          {integrasjon.navn ?? t.innsynslogg.slettet}
        </Heading>
        <Tag data-size="sm" data-color={resultat === 'AVSLATT' ? 'warning' : 'neutral'}>
          {felles.innsynslogg.resultater[resultat] ?? resultat}
        </Tag>
      </div>
      <p className="dempet">{m.ukedag(tidspunkt)}</p>
      <Fakta
        fakta={[
          [felles.innsynslogg.hva, felles.innsynslogg.sok[sok] ?? sok],
          [t.innsynslogg.formal, formal],
          [t.innsynslogg.innbygger, innbygger],
        ]}
      />
      {kan &&
        (funn === undefined ? (
          <div className="knapper">
            <Button variant="tertiary" data-size="sm" onClick={() => { merk(''); }}>
              {t.innsynslogg.merk}
            </Button>
          </div>
        ) : (
          <>
            <Textfield label={t.innsynslogg.funnTekst} value={funn} maxLength={1000} onChange={({ target }) => { merk(target.value); }} />
            <div className="knapper">
              <Button variant="tertiary" data-size="sm" onClick={() => { merk(undefined); }}>
                {felles.handling.avbryt}
              </Button>
            </div>
          </>
        ))}
    </Card>
  );
}

/** Whether she may register a review in the organisation. */
function useKan(): boolean {
  const org = useOrg();
  return useMeg().organisasjoner.some(({ fiksOrgId, kan }) => fiksOrgId === org && kan.includes('ReviewInnsynslogg'));
}

function Registrer({ periode, funn, ferdig }: { readonly periode: Periode; readonly funn: readonly { readonly linje: string; readonly tekst: string }[]; readonly ferdig: () => void }) {
  const t = useTekster();
  const org = useOrg();
  const kan = useKan();
  const say = useReceipt();
  const [konklusjon, write] = useState('');
  // What a repeat must send again, so that an answer that was lost does not make two reviews.
  const sent = useRef<{ readonly id: string; readonly fra: string; readonly to: string; readonly til: string }>(undefined);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const { fra, til: to } = periode;
      const now = new Date().toISOString();
      // A review is about what is over: one that includes today ends now.
      if (sent.current?.fra !== fra || sent.current.to !== to) sent.current = { id: crypto.randomUUID(), fra, to, til: to > now ? now : to };
      const { id, til } = sent.current;
      await api.POST('/min-kommune/api/v1/{fiksOrgId}/revisjon/gjennomganger', { params: { path: { fiksOrgId: org } }, body: { id, fra, til, konklusjon, funn: [...funn] } });
    },
    onError: async (failure) => {
      if (!['away', 'broken', 'login'].includes(errorOf(failure).kind)) sent.current = undefined;
      await queryClient.invalidateQueries({ queryKey: ['gjennomganger'] });
    },
    onSuccess: async () => {
      sent.current = undefined;
      write('');
      ferdig();
      say({ tekst: t.innsynslogg.registrert });
      await queryClient.invalidateQueries({ queryKey: ['gjennomganger'] });
    },
  });
  if (!kan) return null;
  return (
    <section className="avsnitt ikke-utskrift">
      <Heading level={2} data-size="sm">
        {t.innsynslogg.gjennomgang}
      </Heading>
      <p>{t.innsynslogg.gjennomgangTekst}</p>
      <form
        className="skjema"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isPending) mutate();
        }}
      >
        <Feilliste error={error} felt={{ konklusjon: { id: 'konklusjon', navn: t.innsynslogg.konklusjon } }} />
        <label className="skjema">
          <strong>{t.innsynslogg.konklusjon}</strong>
          <Textarea id="konklusjon" value={konklusjon} rows={3} maxLength={2000} onChange={({ target }) => { write(target.value); }} />
        </label>
        {funn.length > 0 && <p className="dempet">{t.innsynslogg.antallFunn(funn.length)}</p>}
        <div className="knapper">
          <Button type="submit" loading={isPending}>
            {t.innsynslogg.registrer}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Gjennomganger() {
  const t = useTekster();
  const { m } = useSprak();
  const org = useOrg();
  const query = useListe(['gjennomganger', org], (neste, signal) =>
    api.GET('/min-kommune/api/v1/{fiksOrgId}/revisjon/gjennomganger', { params: { path: { fiksOrgId: org }, query: { antall: 20, ...fra(neste) } }, signal }),
  );
  return (
    <section className="avsnitt">
      <Heading level={2} data-size="sm">
        {t.innsynslogg.tidligere}
      </Heading>
      <Tilstand query={query} skjelett={<SkjelettKort antall={2} />} erTom={(all) => all.length === 0} tom={<Tom tittel={t.innsynslogg.ingenGjennomganger} />}>
        {(all) => (
          <>
            <ul className="liste">
              {all.map(({ id, tidspunkt, revisor, fra, til, konklusjon, funn }) => (
                  <li key={id}>
                    <Card data-color="neutral" className="kort">
                      <Heading level={3} data-size="2xs">
                        {konklusjon}
                      </Heading>
                      <p className="dempet">
                        {revisor.navn} · {m.ukedag(tidspunkt)} · {m.periode(fra, til)}
                      </p>
                      <p>{t.innsynslogg.antallFunn(funn.length)}</p>
                      {funn.length > 0 && (
                        <ul>
                          {funn.map((one) => (
                            <li key={one.linje}>{one.tekst}</li>
                          ))}
                        </ul>
                      )}
                    </Card>
                  </li>
                ))}
            </ul>
            <Flere query={query} />
          </>
        )}
      </Tilstand>
    </section>
  );
}
