import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { isUuid } from '../../domain/values/uuid.js';
import type { CommandRequest } from '../commands/decision.js';
import { personOf } from '../ports/actor.js';
import { Documents, type Selection } from '../ports/documents.js';
import { revisjon, type RevisjonView, type Revisjonslinje } from '../views/revisjon.js';
import { Revisjonsadgang } from './adgang.js';
import { Aktornavn, type NameOf } from './aktornavn.js';
import { sentenceOf } from './setning.js';

/** Somebody whom a line names. */
interface Nevnt {
  /** `<kind>:<id>`; see `actorReference`. */
  readonly referanse: string;
  readonly navn: string;
}

/** A line of the audit trail with the names of those whom it is about. */
export interface Hendelse extends Pick<Revisjonslinje, 'tidspunkt' | 'hendelse' | 'hendelseId' | 'gjelder' | 'tjeneste' | 'for' | 'etter' | 'mistet' | 'requestId'> {
  /** The position of the event in the log. */
  readonly posisjon: bigint;
  /** The actor. */
  readonly hvem: Nevnt;
  /** The one on whose behalf the actor did it. */
  readonly paVegneAv?: Nevnt;
  /** The person that it concerns. */
  readonly person?: Nevnt;
  /** A sentence that says what the actor did, to whom and what. */
  readonly hva: string;
}

/** A filter of one organisation's lines. All conditions must be met. `fra` is inclusive, `til` exclusive. */
export interface Hendelsessok {
  /** The actor, or the one on whose behalf it was: a reference, an id, or words of the name. */
  readonly hvem?: string;
  /** The thing or the person that the line concerns: an id, or words of a name that it has or has had. */
  readonly gjelder?: string;
  /** Event types. */
  readonly hendelser?: readonly string[];
  readonly fra?: Instant;
  readonly til?: Instant;
  /** Log positions. */
  readonly fraPosisjon?: bigint;
  readonly tilPosisjon?: bigint;
  readonly nyesteForst?: boolean;
}

/** The number of lines that a reading of all takes at a time. */
const linesPerRead = 500;

/** The audit trail of one organisation: the lines of its log, with names, in the order of the log. */
@Injectable()
export class Hendelser {
  constructor(
    private readonly documents: Documents,
    private readonly adgang: Revisjonsadgang,
    private readonly navn: Aktornavn,
  ) {}

  /** Opens a reading of the lines that meet a filter, and notes it. Refused unless the actor is an administrator or auditor of the organisation. */
  async open(request: CommandRequest, fiksOrgId: string, { nyesteForst = false, ...filters }: Hendelsessok): Promise<Hendelseslesning> {
    await this.adgang.open(request, fiksOrgId, 'HENDELSER', filters);
    const { hvem, gjelder, hendelser, fra, til, fraPosisjon, tilPosisjon } = filters;
    const [aktorer, omhandler] = await Promise.all([hvem === undefined ? undefined : this.actors(fiksOrgId, hvem), gjelder === undefined ? undefined : this.concerned(fiksOrgId, gjelder)]);
    const where: Selection<RevisjonView>['where'] = {
      fiksOrg: fiksOrgId,
      ...((fra ?? til) !== undefined && { tidspunkt: { ...(fra !== undefined && { from: fra }), ...(til !== undefined && { until: til }) } }),
      ...(hendelser && { hendelse: hendelser }),
      ...(aktorer && { aktorer: { hasAny: aktorer } }),
      ...(omhandler && { omhandler: { hasAny: omhandler } }),
    };
    const bounds = { ...(fraPosisjon !== undefined && { after: fraPosisjon - 1n }), ...(tilPosisjon !== undefined && { before: tilPosisjon }) };
    return new Hendelseslesning(this.documents, this.navn, { where, positions: bounds }, nyesteForst);
  }

  /** The references of the actors that a text means. */
  private async actors(fiksOrgId: string, text: string): Promise<readonly string[]> {
    const id = text.toLowerCase();
    if (isUuid(id)) return [`person:${id}`, `integrasjon:${id}`];
    const known = (await this.mentioned(fiksOrgId)).flatMap(({ referanse }) => (referanse.includes(':') ? [referanse] : []));
    if (known.includes(text)) return [text];
    const nameOf = await this.navn.of(known);
    return known.filter((referanse) => hasWords(nameOf(referanse), text));
  }

  /** The ids of the things and persons that a text means. */
  private async concerned(fiksOrgId: string, text: string): Promise<readonly string[]> {
    const id = text.toLowerCase();
    if (isUuid(id)) return [id];
    const known = await this.mentioned(fiksOrgId);
    const nameOf = await this.navn.of(known.map(({ referanse }) => referanse));
    return known.flatMap(({ referanse, navn = [] }) => {
      const person: PersonId | undefined = personOf(referanse);
      if (person !== undefined) return hasWords(nameOf(referanse), text) ? [person] : [];
      return referanse === text || navn.some((one) => hasWords(one, text)) ? [referanse] : [];
    });
  }

  /** Everybody and everything that the organisation's lines name. */
  private async mentioned(fiksOrgId: string): Promise<readonly { readonly referanse: string; readonly navn?: readonly string[] }[]> {
    const documents = await this.documents.all(revisjon, { where: { nevntI: fiksOrgId } });
    return documents.map(({ data: { referanse = '', navn } }) => ({ referanse, ...(navn && { navn }) }));
  }
}

/** A reading of the lines that meet a filter. Never counts them. */
export class Hendelseslesning {
  constructor(
    private readonly documents: Documents,
    private readonly navn: Aktornavn,
    private readonly selection: Required<Pick<Selection<RevisjonView>, 'where' | 'positions'>>,
    private readonly nyesteForst: boolean,
  ) {}

  /** The lines beyond a position in the reading's order, and the position to go on from. It is missing on the last page. */
  async page(beyond: bigint | undefined, antall: number): Promise<{ readonly hendelser: readonly Hendelse[]; readonly neste?: bigint }> {
    const positions = beyond === undefined ? this.selection.positions : { ...this.selection.positions, [this.nyesteForst ? 'before' : 'after']: beyond };
    const { documents } = await this.documents.find(revisjon, { ...this.selection, positions, descending: this.nyesteForst, limit: antall + 1, skipCount: true });
    const page = documents.slice(0, antall);
    const lines = page.map(({ data }) => data as Revisjonslinje);
    const nameOf = await this.navn.of(lines.flatMap(({ principal, onBehalfOf, person }) => [principal, onBehalfOf, person && `person:${person}`]));
    const hendelser = lines.map((linje, n) => shown(linje, page[n]!.position, nameOf));
    return { hendelser, ...(documents.length > antall && { neste: page.at(-1)!.position }) };
  }

  /** All lines beyond a position, read in parts. */
  async *all(beyond?: bigint): AsyncIterable<Hendelse> {
    for (let from = beyond; ; ) {
      const { hendelser, neste } = await this.page(from, linesPerRead);
      yield* hendelser;
      if (neste === undefined) return;
      from = neste;
    }
  }
}

function shown(linje: Revisjonslinje, posisjon: bigint, nameOf: NameOf): Hendelse {
  const { tidspunkt, hendelse, hendelseId, gjelder, tjeneste, for: before, etter, mistet, requestId, principal, onBehalfOf, person } = linje;
  const named = (referanse: string): Nevnt => ({ referanse, navn: nameOf(referanse) });
  return {
    posisjon,
    tidspunkt,
    hvem: named(principal),
    ...(onBehalfOf !== undefined && { paVegneAv: named(onBehalfOf) }),
    hva: sentenceOf(linje, nameOf),
    hendelse,
    hendelseId,
    gjelder,
    ...(person !== undefined && { person: named(`person:${person}`) }),
    tjeneste,
    ...(before && { for: before }),
    ...(etter && { etter }),
    ...(mistet && { mistet }),
    requestId,
  };
}

/** Whether a name has all words of a text, whatever their case. */
function hasWords(name: string, text: string): boolean {
  const lower = name.toLocaleLowerCase('nb');
  return text.toLocaleLowerCase('nb').split(/\s+/).every((word) => lower.includes(word));
}
