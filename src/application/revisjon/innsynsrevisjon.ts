import { Injectable } from '@nestjs/common';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Uuid } from '../../domain/values/uuid.js';
import type { CommandRequest } from '../commands/decision.js';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { Innsynslogg, type Innsynslinje, type Innsynsmonstre, type Innsynsresultat, type Innsynsutvalg } from '../ports/innsynslogg.js';
import { innsynsloggTree, openFor, type OpenedLine } from '../proof/innsynslogg-sealing.js';
import type { SignedCheckpoint } from '../proof/proof-store.js';
import { Proofs } from '../proof/proofs.js';
import { innsynsgjennomganger, type InnsynsgjennomgangView } from '../views/innsynsgjennomgang.js';
import { integrationNames } from '../views/integrasjon.js';
import { revisjon } from '../views/revisjon.js';
import { Revisjonsadgang } from './adgang.js';
import { Aktornavn } from './aktornavn.js';
import { Lesinger, type Leseomrade, type Lesing, type Periode, type Tidssted } from './lesinger.js';

/** The longest period of a question about the innsynslogg, in days. */
export const maxDager = 366;
const day = 86_400_000;

/** A filter of an organisation's lines in the innsynslogg. All conditions must be met. */
export interface Innsynssok {
  readonly fra: Instant;
  readonly til: Instant;
  readonly integrasjonId?: string;
  /** The reference of a citizen. */
  readonly innbygger?: string;
  readonly resultat?: Innsynsresultat;
}

/** The name of an integration by its id; undefined when it is deleted. */
type Integrasjonsnavn = ReadonlyMap<string, string>;

interface Patterns {
  readonly monstre: Innsynsmonstre;
  readonly lesere: readonly { readonly leser: { readonly referanse: string; readonly navn: string }; readonly antall: number }[];
  readonly navn: Integrasjonsnavn;
}

/** A page of a list from the newest to the oldest, and whether it goes on. */
export interface Tidsside<T> {
  readonly linjer: readonly T[];
  readonly flere: boolean;
}

/** The auditor's readings of an organisation's innsynslogg, of her own reviews, and of who has read the record. Each is noted. */
@Injectable()
export class Innsynsrevisjon {
  constructor(
    private readonly adgang: Revisjonsadgang,
    private readonly innsynslogg: Innsynslogg,
    private readonly documents: Documents,
    private readonly lesinger: Lesinger,
    private readonly navn: Aktornavn,
    private readonly proofs: Proofs,
  ) {}

  /** The lines about the organisation in a period, newest first. A citizen is a reference. */
  async lines(request: CommandRequest, fiksOrgId: string, sok: Innsynssok, antall: number, beyond?: Tidssted): Promise<Tidsside<Innsynslinje & { readonly integrasjon?: string }>> {
    await this.open(request, fiksOrgId, 'INNSYNSLOGG', sok);
    const found = await this.innsynslogg.find(await this.selection(fiksOrgId, sok), antall + 1, beyond);
    const names = await integrationNames(this.documents, found.map(({ integrasjonId }) => integrasjonId));
    const linjer = found.slice(0, antall).map((linje) => {
      const integrasjon = names.get(linje.integrasjonId);
      return { ...linje, ...(integrasjon !== undefined && { integrasjon }) };
    });
    return { linjer, flere: found.length > antall };
  }

  /** The patterns in the lines about the organisation in a period, the names of the integrations, and who has read the record most. */
  async patterns(request: CommandRequest, fiksOrgId: string, sok: Innsynssok): Promise<Patterns> {
    await this.open(request, fiksOrgId, 'MONSTRE', sok);
    const monstre = await this.innsynslogg.patterns(await this.selection(fiksOrgId, sok));
    const readers = await this.lesinger.readers(fiksOrgId, sok);
    const nameOf = await this.navn.of(readers.map(({ leser }) => leser));
    const lesere = readers.map(({ leser, antall }) => ({ leser: { referanse: leser, navn: nameOf(leser) }, antall }));
    return { monstre, lesere, navn: await integrationNames(this.documents, [...monstre.integrasjoner, ...monstre.gjentakelser].map(({ integrasjonId }) => integrasjonId)) };
  }

  /** The reviews of the organisation, newest first, before a log position. */
  async reviews(request: CommandRequest, fiksOrgId: string, antall: number, before?: bigint) {
    await this.adgang.open(request, fiksOrgId, 'GJENNOMGANGER');
    const { documents } = await this.documents.find(innsynsgjennomganger, {
      where: { fiksOrgId },
      ...(before !== undefined && { positions: { before } }),
      descending: true,
      limit: antall + 1,
      skipCount: true,
    });
    const page = documents.slice(0, antall);
    const nameOf = await this.navn.of(page.map(({ data }) => data.revisor));
    const gjennomganger = page.map(({ data, position }) => ({ ...data, posisjon: position, revisor: { referanse: data.revisor, navn: nameOf(data.revisor) } }));
    return { gjennomganger, ...(documents.length > antall && { neste: page.at(-1)!.position }) };
  }

  /** The reader's own review, after she has written it. Checks no access. */
  async ownReview(key: string): Promise<(Omit<InnsynsgjennomgangView, 'revisor'> & { readonly posisjon: bigint; readonly revisor: { readonly referanse: string; readonly navn: string } }) | undefined> {
    const document = await this.documents.get(innsynsgjennomganger, key);
    if (!document) return undefined;
    const { data, position } = document;
    return { ...data, posisjon: position, revisor: { referanse: data.revisor, navn: (await this.navn.of([data.revisor]))(data.revisor) } };
  }

  /** The readings of the organisation's record, newest first. */
  async readings(request: CommandRequest, fiksOrgId: string, periode: Periode, antall: number, beyond?: Tidssted): Promise<Tidsside<Omit<Lesing, 'leser'> & { readonly leser: { readonly referanse: string; readonly navn: string } }>> {
    await this.adgang.open(request, fiksOrgId, 'LESINGER', { ...periode });
    const found = await this.lesinger.list(fiksOrgId, periode, antall + 1, beyond);
    const nameOf = await this.navn.of(found.map(({ leser }) => leser));
    return { linjer: found.slice(0, antall).map((one) => ({ ...one, leser: { referanse: one.leser, navn: nameOf(one.leser) } })), flere: found.length > antall };
  }

  /**
   * A line about the organisation with the proof that it is in the tree over the innsynslogg. Tells no other organisation that the line
   * is about. Refuses (`missing`) a line that is deleted, another organisation's, or not sealed yet, and (`conflict`) one that was
   * sealed so that its proof would tell.
   */
  async proof(request: CommandRequest, fiksOrgId: string, id: Uuid): Promise<OpenedLine & { readonly bevis: string }> {
    await this.adgang.open(request, fiksOrgId, 'INNSYNSLOGG');
    const found = await this.innsynslogg.sealedLine(id);
    const isOwn = async ({ fiksOrgIder, integrasjonId }: Innsynslinje) => fiksOrgIder.includes(fiksOrgId) || (fiksOrgIder.length === 0 && (await this.ownIntegrations(fiksOrgId)).includes(integrasjonId));
    if (!found || !(await isOwn(found.linje))) refuse('missing', 'IKKE_FORSEGLET', 'Fant ikke linjen, eller den er ikke forseglet ennå. Linjene forsegles når dagen er over.');
    const [leaf] = await this.innsynslogg.leaves(found.nummer, 1);
    const opened = openFor(fiksOrgId, found.salt, found.linje, leaf);
    if (!opened) refuse('conflict', 'BEVIS_NEVNER_ANDRE', 'Linjen ble forseglet slik at beviset nevner andre organisasjoner, så det kan ikke vises.');
    return { ...opened, bevis: await this.proofs.proofAt(innsynsloggTree, found.nummer) };
  }

  /** The last checkpoint of the tree over the innsynslogg, with the key that checks it. */
  async checkpoint(actor: Actor, fiksOrgId: string): Promise<SignedCheckpoint & { readonly key: string }> {
    await this.adgang.require(actor, fiksOrgId);
    return { ...(await this.proofs.checkpoint(innsynsloggTree)), key: (await this.proofs.verifierKeys(innsynsloggTree))[0]! };
  }

  /** The hashes that prove that the tree over the innsynslogg has only grown. */
  async consistency(actor: Actor, fiksOrgId: string, from: number, to: number): Promise<readonly string[]> {
    await this.adgang.require(actor, fiksOrgId);
    return this.proofs.consistency(innsynsloggTree, from, to);
  }

  /** Notes a reading of the lookups. Refuses (`invalid`) a period that is none or too long. */
  private async open(request: CommandRequest, fiksOrgId: string, omrade: Leseomrade, sok: Innsynssok): Promise<void> {
    await this.adgang.require(request.actor, fiksOrgId);
    if (sok.til <= sok.fra) refuse('invalid', 'UGYLDIG_TIDSPERIODE', 'Slutten på perioden må være etter starten.', 'til');
    if (Date.parse(sok.til) - Date.parse(sok.fra) > maxDager * day) refuse('invalid', 'FOR_LANG_PERIODE', `Perioden kan være høyst ${maxDager} dager.`, 'til');
    await this.adgang.note(request, fiksOrgId, omrade, { ...sok });
  }

  /** The selection that a filter means. */
  private async selection(fiksOrgId: string, sok: Innsynssok): Promise<Innsynsutvalg> {
    return { fiksOrgId, egneIntegrasjoner: await this.ownIntegrations(fiksOrgId), ...sok };
  }

  /** The organisation's own integrations, from its audit trail, because a line outlives an integration that is deleted. */
  private async ownIntegrations(fiksOrgId: string): Promise<readonly string[]> {
    const created = await this.documents.all(revisjon, { where: { fiksOrg: fiksOrgId, hendelse: 'IntegrationCreated' } });
    return created.flatMap(({ data }) => data.gjelder?.id ?? []);
  }
}
