import pLimit from 'p-limit';
import { z } from 'zod';
import { SvarUtAccounts, type SvarUtAccount, type SvarUtOrganisation } from '../../application/ports/svarut-accounts.js';
import { SvarUtForsendelser, type Forsendelse, type Forsendelsesside, type Postadresse } from '../../application/ports/svarut-forsendelser.js';
import { parseInstant } from '../../domain/values/instant.js';
import type { SvarUtApi } from './svarut-api.js';

const text = z.string().nullish().transform((value) => value ?? undefined);
const instant = z.string().transform((value) => parseInstant(value));

const settings = z.looseObject({});
const PublishedKonto = z.object({
  id: z.string(),
  fiksOrgId: z.string(),
  avsender: z.string(),
  navn: z.string(),
  altinnAktiv: z.boolean(),
  sdpAktiv: z.boolean(),
  aktivert: z.boolean(),
  gyldig: z.boolean(),
  altinnmaler: settings,
  sdpmaler: settings,
  maler: z.object({ altinn: z.array(settings), sdp: z.array(settings) }),
  forside: settings.optional(),
  altinn: settings.optional(),
  sdp: settings.optional(),
  print: settings.optional(),
});
/** An account as SvarUt publishes it. A field that is null counts as left out. */
const Konto = z.preprocess(withoutNulls, PublishedKonto).transform((konto) => konto as SvarUtAccount);

/** SvarUt's accounts, from `svarut-konfigurasjon/api/v1/kontoer`. */
export class HttpSvarUtAccounts extends SvarUtAccounts {
  constructor(private readonly api: SvarUtApi) {
    super();
  }

  async list(fiksOrgId: string): Promise<readonly SvarUtAccount[]> {
    const answer = await this.api.konfigurasjon(`/kontoer?fiksOrgId=${encodeURIComponent(fiksOrgId)}`, z.object({ kontoer: z.array(Konto) }));
    return answer?.kontoer ?? [];
  }

  async find(kontoId: string): Promise<SvarUtAccount | undefined> {
    return this.api.konfigurasjon(`/kontoer/${encodeURIComponent(kontoId)}`, Konto);
  }

  async ofSender(avsender: string): Promise<SvarUtAccount | undefined> {
    return this.api.konfigurasjon(`/avsendere/${encodeURIComponent(avsender)}`, Konto);
  }

  async organisation(fiksOrgId: string): Promise<SvarUtOrganisation> {
    const answer = await this.api.konfigurasjon(`/organisasjoner/${encodeURIComponent(fiksOrgId)}`, z.object({ eposter: z.array(z.string()) }));
    return { fiksOrgId, eposter: answer?.eposter ?? [] };
  }
}

const Adresse = z.object({
  navn: text,
  digitalId: text,
  adresselinje1: text,
  adresselinje2: text,
  adresselinje3: text,
  postnummer: text,
  poststed: text,
});
const Sendt = z.object({
  id: z.string(),
  dato: instant,
  endret: z.string(),
  tittel: z.string(),
  avsender: z.string(),
  mottaker: Adresse,
  eksponertFor: z.array(z.object({ digitalId: text })).nullish(),
  svarSendesTil: Adresse.nullish(),
  svarLenke: text,
  sikkerhetsniva: z.enum(['BETYDELIG', 'HOYESTE']),
  eksternReferanse: text,
  korrelasjonsid: text,
  lenker: z.array(z.object({ url: z.string(), tekst: z.string(), ledetekst: text })).nullish(),
});
const Side = z.object({ forsendelser: z.array(Sendt) });
const Metadata = z.object({
  dokumenter: z.array(z.object({ filnavn: z.string(), mimeType: z.string(), storrelse: z.number(), nedlasningUrl: z.string() })),
});
const Statuser = z.object({ statuser: z.array(z.object({ id: z.string(), status: z.string() })) });

/** The letters of one page, and the statuses of one request. */
const pageSize = 100;
/** The most concurrent requests for the documents of letters. */
const maxConcurrentRequests = 8;

/**
 * SvarUt's letters. Requests for status (v3) and documents (v2) follow KS's published API. The listing of an account's
 * letters is not published. Here it goes by the time of the last change, in one place to change (docs/adr/0022).
 */
export class HttpSvarUtForsendelser extends SvarUtForsendelser {
  constructor(private readonly api: SvarUtApi) {
    super();
  }

  async changed(kontoId: string, etter = ''): Promise<Forsendelsesside> {
    const konto = `kontoer/${encodeURIComponent(kontoId)}/forsendelser`;
    const [endretEtter = '', etterId = ''] = etter.split('_');
    const query = new URLSearchParams({ antall: String(pageSize), ...(etter && { endretEtter, etterId }) });
    const { forsendelser } = (await this.api.svarUt(`/v2/${konto}?${query.toString()}`, Side)) ?? { forsendelser: [] };
    const last = forsendelser.at(-1);
    if (!last) return { forsendelser: [], etter };
    const [statuser, metadata] = await Promise.all([
      this.api.svarUt(`/v3/${konto}/status/sok`, Statuser, { id: forsendelser.map(({ id }) => id) }),
      this.documents(forsendelser.map(({ id }) => id)),
    ]);
    const statusOf = new Map(statuser?.statuser.map(({ id, status }) => [id, status]));
    return {
      forsendelser: forsendelser.map((one) => forsendelseOf(kontoId, one, statusOf.get(one.id) ?? 'MOTTATT', metadata.get(one.id) ?? [])),
      etter: `${last.endret}_${last.id}`,
    };
  }

  private async documents(ids: readonly string[]): Promise<ReadonlyMap<string, Forsendelse['dokumenter']>> {
    const found = new Map<string, Forsendelse['dokumenter']>();
    await pLimit(maxConcurrentRequests).map(ids, async (id) => {
      const metadata = await this.api.svarUt(`/v2/forsendelser/${encodeURIComponent(id)}/metadata`, Metadata);
      const dokumenter = metadata?.dokumenter ?? [];
      found.set(id, dokumenter.map(({ filnavn, mimeType, storrelse, nedlasningUrl }) => ({ tittel: filnavn, size: storrelse, mimeType, nedlastingLenke: nedlasningUrl })));
    });
    return found;
  }
}

function forsendelseOf(kontoId: string, sendt: z.output<typeof Sendt>, status: string, dokumenter: Forsendelse['dokumenter']): Forsendelse {
  const { mottaker, eksponertFor, svarSendesTil, svarLenke, eksternReferanse, korrelasjonsid, lenker } = sendt;
  const mottakerAdresse = addressOf(mottaker);
  const returAdresse = svarSendesTil ? addressOf(svarSendesTil) : undefined;
  return {
    id: sendt.id,
    kontoId,
    tittel: sendt.tittel,
    avsender: sendt.avsender,
    mottakere: [mottaker, ...(eksponertFor ?? [])].flatMap(({ digitalId }) => digitalId ?? []),
    ...(mottakerAdresse && { mottakerAdresse }),
    ...(returAdresse && { returAdresse }),
    ...(svarLenke !== undefined && { svarLenke }),
    sikkerhetsniva: sendt.sikkerhetsniva === 'HOYESTE' ? 4 : 3,
    sendt: sendt.dato,
    status,
    ...(eksternReferanse !== undefined && { eksternReferanse }),
    ...(korrelasjonsid !== undefined && { korrelasjonsid }),
    dokumenter,
    lenker: (lenker ?? []).map(({ url, tekst, ledetekst }) => ({ url, urlTekst: tekst, ...(ledetekst !== undefined && { ledetekst }) })),
  };
}

/** The postal address; undefined when it is empty. */
function addressOf({ navn, adresselinje1, adresselinje2, adresselinje3, postnummer, poststed }: z.output<typeof Adresse>): Postadresse | undefined {
  const lines = Object.entries({ addresselinje1: adresselinje1, addresselinje2: adresselinje2, addresselinje3: adresselinje3, postnummer, poststed }).filter(([, line]) => line);
  return navn || lines.length > 0 ? { navn: navn ?? '', ...Object.fromEntries(lines) } : undefined;
}

/** The value without members that are null, at every depth. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])));
}
