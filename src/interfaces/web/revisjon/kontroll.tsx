import { Alert, Button, Card, Heading, Paragraph, Skeleton } from '@digdir/designsystemet-react';
import { DownloadIcon } from '@navikt/aksel-icons';
import { useRef, useState } from 'react';
import { queries } from '../api/client.js';
import { errorOf } from '../api/error.js';
import { Textfield } from '../shell/felt.js';
import { save } from '../shell/save.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand, Tom } from '../shell/states.js';
import { Verdi } from '../shell/verdi.js';
import { Revisjon, useOrg } from './revisjon.js';
import { useTekster } from './tekster.js';
import type { Note, Verdict } from '/verify.mjs';
import { checkLog, programAddress } from './verifier.js';

/** Kontroll: the signed checkpoint, and the check of the whole log in the browser. */
export function Kontroll() {
  const t = useTekster();
  const org = useOrg();
  const path = { params: { path: { fiksOrgId: org } } };
  const point = queries.useQuery('get', '/min-kommune/api/v1/{fiksOrgId}/revisjon/kontrollpunkt', path);
  const key = queries.useQuery('get', '/min-kommune/api/v1/{fiksOrgId}/revisjon/nokkel', path);
  const notSealed = point.error !== null && errorOf(point.error).kind === 'missing';
  return (
    <Revisjon tittel={t.faner.kontroll} ingress={t.kontroll.ingress}>
      {notSealed ? (
        <Tom tittel={t.kontroll.ikkeForseglet} tekst={t.kontroll.ikkeForsegletTekst} />
      ) : (
        <Tilstand query={point} skjelett={<Skeleton variant="rectangle" height={260} />}>
          {({ storrelse, notat }) => (
            <Tilstand query={key} skjelett={<Skeleton variant="rectangle" height={260} />}>
              {({ nokkel, tidligere, avsluttedeLogger }) => (
                <>
                  <Kontrollpunkt storrelse={storrelse} notat={notat} nokkel={nokkel} />
                  <Kontroller storrelse={storrelse} notat={notat} nokler={[nokkel, ...tidligere]} />
                  <Avsluttede logger={avsluttedeLogger} />
                </>
              )}
            </Tilstand>
          )}
        </Tilstand>
      )}
    </Revisjon>
  );
}

function Kontrollpunkt({ storrelse, notat, nokkel }: { readonly storrelse: number; readonly notat: string; readonly nokkel: string }) {
  const t = useTekster();
  const { m } = useSprak();
  return (
    <Card data-color="neutral" className="kort">
      <Heading level={2} data-size="xs">
        {t.kontroll.siste}
      </Heading>
      <p>
        {t.kontroll.hendelser}: <strong>{m.tall(storrelse)}</strong>
      </p>
      <Verdi navn={t.kontroll.nokkel} verdi={nokkel} />
      <Paragraph>{t.kontroll.nokkelTekst}</Paragraph>
      <pre className="notat">{notat}</pre>
      <Paragraph>{t.kontroll.taVare}</Paragraph>
      <div className="knapper">
        <Button
          variant="secondary"
          onClick={() => {
            save(`kontrollpunkt-${storrelse}.txt`, new Blob([notat], { type: 'text/plain;charset=utf-8' }));
          }}
        >
          <DownloadIcon aria-hidden /> {t.kontroll.lastNed}
        </Button>
      </div>
    </Card>
  );
}

type Result = { readonly kind: 'checked'; readonly verdict: Verdict } | { readonly kind: 'failed'; readonly message: string };

function Kontroller({ storrelse, notat, nokler }: { readonly storrelse: number; readonly notat: string; readonly nokler: readonly string[] }) {
  const t = useTekster();
  const { t: felles } = useSprak();
  const org = useOrg();
  const [files, choose] = useState<readonly File[]>([]);
  const [events, count] = useState<number>();
  const [result, conclude] = useState<Result>();
  const running = useRef<AbortController>(undefined);
  const run = async () => {
    const ending = new AbortController();
    running.current = ending;
    conclude(undefined);
    count(0);
    try {
      const kept: readonly Note[] = await Promise.all(files.map(async (file) => ({ source: file.name, note: await file.text() })));
      const verdict = await checkLog(org, [{ source: t.kontroll.siste, note: notat }, ...kept], nokler, count, ending.signal);
      conclude({ kind: 'checked', verdict });
    } catch (error) {
      if (!ending.signal.aborted) conclude({ kind: 'failed', message: errorOf(error).in(felles.feil).message || felles.tilstand.feilTekst });
    } finally {
      count(undefined);
    }
  };
  const whole = result?.kind === 'checked' && result.verdict.code === 0;
  return (
    <Card data-color="neutral" className="kort">
      <Heading level={2} data-size="xs">
        {t.kontroll.kontroller}
      </Heading>
      <Paragraph>{t.kontroll.kontrollerTekst}</Paragraph>
      <Textfield
        type="file"
        label={t.kontroll.tidligere}
        description={t.kontroll.tidligereHint}
        multiple
        onChange={({ target }) => {
          choose([...(target.files ?? [])]);
        }}
      />
      <div className="knapper">
        {events === undefined ? (
          <Button data-color="accent" onClick={() => void run()}>
            {t.kontroll.begynn}
          </Button>
        ) : (
          <Button variant="secondary" onClick={() => running.current?.abort()}>
            {t.kontroll.avbryt}
          </Button>
        )}
        <a className="ds-link" href={programAddress} download="verify.mjs">
          {t.kontroll.program}
        </a>
      </div>
      {events !== undefined && (
        <>
          <progress max={storrelse} value={events} aria-label={t.kontroll.kontroller} />
          <p className="dempet">{t.kontroll.gar(events, storrelse)}</p>
        </>
      )}
      <div role="status">
        {result && (
          <Alert data-color={whole ? 'success' : result.kind === 'failed' ? 'warning' : 'danger'}>
            <Heading level={3} data-size="2xs">
              {whole ? t.kontroll.hel : result.kind === 'failed' ? t.kontroll.kanIkke : t.kontroll.ikkeHel}
            </Heading>
            <Paragraph>{result.kind === 'failed' ? result.message : result.verdict.text}</Paragraph>
          </Alert>
        )}
      </div>
    </Card>
  );
}

function Avsluttede({ logger }: { readonly logger: readonly { readonly id: string; readonly avsluttet: string; readonly grunn: string }[] }) {
  const t = useTekster();
  const { m } = useSprak();
  if (logger.length === 0) return null;
  return (
    <section className="avsnitt">
      <Heading level={2} data-size="sm">
        {t.kontroll.avsluttede}
      </Heading>
      <ul className="liste">
        {logger.map(({ id, avsluttet, grunn }) => (
          <li key={id}>
            <Card data-color="neutral" className="kort">
              <strong>{t.kontroll.avsluttet(m.tidspunkt(avsluttet))}</strong>
              <p>{grunn}</p>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  );
}
