import { Alert, Button, Card, Heading, Paragraph, Skeleton } from '@digdir/designsystemet-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { errorOf } from '../api/error.js';
import { loginAddress, useMegQuery } from '../api/meg.js';
import { Lenke } from './page.js';
import { useSprak } from './sprak.js';

type Query<T> = Pick<UseQueryResult<T, unknown>, 'data' | 'error' | 'failureReason' | 'isFetching' | 'refetch' | 'dataUpdatedAt'> & { readonly isPlaceholderData?: boolean };

interface TilstandProps<T> {
  readonly query: Query<T>;
  /** The page's shape, which stands there until the answer comes. */
  readonly skjelett: ReactNode;
  /** Whether there is nothing to show. */
  readonly erTom?: (data: T) => boolean;
  /** Said when there is nothing to show: what will come, and the one button. */
  readonly tom?: ReactNode;
  /** The name of whom to ask for access; an administrator when nobody is named. */
  readonly spor?: string | undefined;
  readonly children: (data: T) => ReactNode;
}

/**
 * The five states of what a page asks for: on its way, empty, an error, no access, and out of contact. Out of contact, the last
 * answer stays, marked with its time. An answer to what was asked before stays too, marked, until the new one comes.
 */
export function Tilstand<T>({ query, skjelett, erTom, tom, spor, children }: TilstandProps<T>) {
  const { t, m } = useSprak();
  const { data, error, failureReason, refetch, dataUpdatedAt, isPlaceholderData = false } = query;
  const reason = error ?? failureReason;
  const away = reason !== null && errorOf(reason).kind === 'away';
  if (data === undefined) {
    if (away) return <IngenKontakt skjelett={skjelett} />;
    if (error) return <Feil error={error} spor={spor} provIgjen={() => void refetch()} />;
    return <Henter>{skjelett}</Henter>;
  }
  return (
    <>
      {away && (
        <Alert data-color="warning" role="status" className="merknad">
          {isPlaceholderData ? t.tilstand.ingenKontakt : t.tilstand.gammelt(m.nylig(dataUpdatedAt))}
        </Alert>
      )}
      {isPlaceholderData && !away && (
        <p className="pa-vei" role="status">
          {t.tilstand.henterNytt}
        </p>
      )}
      {error && !away && <Feil error={error} spor={spor} provIgjen={() => void refetch()} />}
      {erTom?.(data) ? tom : children(data)}
    </>
  );
}

/** A shape of what is on its way, with one line that a screen reader reads. */
export function Henter({ children }: { readonly children: ReactNode }) {
  const { t } = useSprak();
  return (
    <div className="henter">
      <p className="ds-sr-only" role="status">
        {t.tilstand.henter}
      </p>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

/** No contact, and nothing to show yet. The page asks again by itself. */
export function IngenKontakt({ skjelett }: { readonly skjelett?: ReactNode }) {
  const { t } = useSprak();
  return (
    <>
      <Alert data-color="warning" role="status" className="merknad">
        <Heading level={2} data-size="2xs">
          {t.tilstand.ingenKontakt}
        </Heading>
        <Paragraph>{t.tilstand.ingenKontaktTekst}</Paragraph>
      </Alert>
      {skjelett !== undefined && <div aria-hidden="true">{skjelett}</div>}
    </>
  );
}

/** An error: what went wrong, what she can do, and the code last. */
export function Feil({ error, spor, provIgjen }: { readonly error: unknown; readonly spor?: string | undefined; readonly provIgjen?: (() => void) | undefined }) {
  const { t } = useSprak();
  const { kind, message, kode, errorId } = errorOf(error).in(t.feil);
  const { data: person } = useMegQuery();
  if (kind === 'forbidden') return <IngenTilgang spor={spor} error={error} />;
  if (kind === 'login')
    return (
      <Alert data-color="info">
        <Paragraph>{person ? t.innlogging.tilbake : t.innlogging.utlopt}</Paragraph>
        {!person && (
          <Button asChild>
            <a href={loginAddress('idporten')}>{t.skall.loggInnIdporten}</a>
          </Button>
        )}
      </Alert>
    );
  return (
    <Alert data-color="danger" role="alert" className="merknad">
      <Heading level={2} data-size="2xs">
        {kind === 'missing' ? t.tilstand.finnesIkke : t.tilstand.feil}
      </Heading>
      <Paragraph>{message || (kind === 'missing' ? t.tilstand.finnesIkkeTekst : t.tilstand.feilTekst)}</Paragraph>
      {provIgjen && kind !== 'missing' && (
        <Button variant="secondary" onClick={provIgjen}>
          {t.tilstand.provIgjen}
        </Button>
      )}
      <Paragraph data-size="sm" className="kode">
        {t.tilstand.kode(kode)}
        {errorId !== undefined && <> · {t.tilstand.feilId(errorId)}</>}
      </Paragraph>
    </Alert>
  );
}

/** No access, with whom to ask. */
export function IngenTilgang({ spor, error }: { readonly spor?: string | undefined; readonly error?: unknown }) {
  const { t } = useSprak();
  return (
    <Alert data-color="info" className="merknad">
      <Heading level={2} data-size="2xs">
        {t.tilstand.ingenTilgang}
      </Heading>
      <Paragraph>{spor === undefined ? t.tilstand.ingenTilgangTekst : t.tilstand.spor(spor)}</Paragraph>
      {error !== undefined && (
        <Paragraph data-size="sm" className="kode">
          {t.tilstand.kode(errorOf(error).kode)}
        </Paragraph>
      )}
    </Alert>
  );
}

/** Nothing to show: what will come, and at most one button. */
export function Tom({ tittel, tekst, children }: { readonly tittel: string; readonly tekst?: string; readonly children?: ReactNode }) {
  return (
    <Card data-color="neutral" className="tom">
      <Heading level={2} data-size="xs">
        {tittel}
      </Heading>
      {tekst !== undefined && <Paragraph>{tekst}</Paragraph>}
      {children}
    </Card>
  );
}

/** An address that leads nowhere. */
export function FinnesIkke() {
  const { t } = useSprak();
  return (
    <>
      <Paragraph>{t.tilstand.finnesIkkeTekst}</Paragraph>
      <Lenke to="/">{t.tilstand.tilForsiden}</Lenke>
    </>
  );
}

/** Cards that are on their way. */
export function SkjelettKort({ antall = 3, hoyde = 120 }: { readonly antall?: number; readonly hoyde?: number }) {
  return (
    <div className="liste">
      {Array.from({ length: antall }, (_, n) => (
        <Skeleton key={n} variant="rectangle" height={hoyde} />
      ))}
    </div>
  );
}

/** The errors of a form, before its fields. It gets the focus when they come. */
export function Feilliste({ error, felt }: { readonly error: unknown; readonly felt: Readonly<Record<string, { readonly id: string; readonly navn: string }>> }) {
  const { t } = useSprak();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) box.current?.focus();
  }, [error]);
  if (!error) return null;
  const { feil, message, kode } = errorOf(error).in(t.feil);
  return (
    <Alert data-color="danger" ref={box} tabIndex={-1} role="group" aria-label={t.handling.rett} className="merknad">
      <Heading level={2} data-size="2xs">
        {t.handling.rett}
      </Heading>
      {feil.length === 0 ? (
        <Paragraph>{message || t.tilstand.feilTekst}</Paragraph>
      ) : (
        <ul>
          {feil.map((one) => {
            const known = felt[one.felt];
            return (
              <li key={one.felt + one.kode}>
                {known ? (
                  <a className="ds-link" href={`#${known.id}`}>
                    {known.navn}: {one.melding}
                  </a>
                ) : (
                  one.melding
                )}
              </li>
            );
          })}
        </ul>
      )}
      <Paragraph data-size="sm" className="kode">
        {t.tilstand.kode(kode)}
      </Paragraph>
    </Alert>
  );
}
