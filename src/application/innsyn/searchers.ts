import { Injectable } from '@nestjs/common';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { formatFiks } from '../../domain/values/matrikkelnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { exposure } from '../commands/exposure.js';
import type { Actor, Innloggingsniva } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { Eiendomsregister, type Eiendom, type Eier } from '../ports/eiendomsregister.js';
import { Representasjon } from '../ports/representasjon.js';
import { CachedView } from '../views/cached-view.js';
import { svarUtKontoer, type SvarUtView } from '../views/svarut.js';
import { type Searcher } from './search-access.js';

/** As what somebody searches. */
export interface SearchingAs {
  /** The organisation that a person acts for; missing: herself. */
  readonly onBehalfOf?: Organisasjonsnummer;
  /** Only what these organisations own (fiksOrgId); missing: all. */
  readonly fiksOrgIder?: readonly string[];
}

/** One who searches, with the properties that give access. */
export interface KnownSearcher extends Searcher {
  readonly eiendommer: readonly Eiendom[];
}

/** A person whom her login tells enough about. */
type Citizen = Extract<Actor, { kind: 'person' }> & { readonly fnr: Fodselsnummer; readonly innloggingsniva: Innloggingsniva };

/**
 * Tells what one who asks is in the index's terms: the one place where it is decided whose exposures somebody has. Ask
 * anew for each request: an account that is switched off, a property that is sold and a role that is taken away count at once.
 */
@Injectable()
export class SearcherResolver {
  private readonly kontoer: CachedView<SvarUtView, readonly string[]>;

  constructor(
    documents: Documents,
    private readonly clock: Clock,
    private readonly properties: Eiendomsregister,
    private readonly representation: Representasjon,
  ) {
    this.kontoer = new CachedView(documents, svarUtKontoer, (all) => all.flatMap(({ synlige }) => synlige));
  }

  /**
   * Herself: what is exposed for her, for her properties and those of the organisations that she may act for, and for
   * everybody. For an organisation: what is exposed for it, for its properties, and for everybody. Refuses (forbidden)
   * one who is not a citizen logged in at level 3 or 4, and one who may not act for the organisation.
   */
  async resolve(actor: Actor, { onBehalfOf, fiksOrgIder }: SearchingAs = {}): Promise<KnownSearcher> {
    requireCitizen(actor);
    const [kontoer, organisations] = await Promise.all([this.kontoer.value(), this.representation.organisationsOf(actor.fnr)]);
    if (onBehalfOf !== undefined && !organisations.some(({ orgnr }) => orgnr === onBehalfOf))
      refuse('forbidden', 'KAN_IKKE_REPRESENTERE', 'Du har ikke rettigheten i Altinn som trengs for å søke på vegne av denne virksomheten.');
    const eiere: Eier[] =
      onBehalfOf !== undefined
        ? [{ type: 'JURIDISK_PERSON', verdi: onBehalfOf }]
        : [
            { type: 'FYSISK_PERSON', verdi: actor.fnr },
            ...organisations.map(({ orgnr }): Eier => ({ type: 'JURIDISK_PERSON', verdi: orgnr })),
          ];
    const eiendommer = await this.properties.ownedBy(eiere);
    return {
      eksponeringer: [
        onBehalfOf !== undefined ? exposure.organisasjon(onBehalfOf) : exposure.person(actor.id),
        exposure.offentlig,
        ...eiendommer.map(({ matrikkelnummer }) => exposure.matrikkel(formatFiks(matrikkelnummer))),
      ],
      innloggingsniva: actor.innloggingsniva,
      kontoer,
      ...(fiksOrgIder && { fiksOrgIder }),
      now: Date.parse(this.clock.now()),
      eiendommer,
    };
  }
}

function requireCitizen(actor: Actor): asserts actor is Citizen {
  if (actor.kind !== 'person' || actor.fnr === undefined)
    refuse('forbidden', 'KUN_FOR_INNBYGGERE', 'Bare en innlogget innbygger kan søke i Innsyn.');
  if (actor.innloggingsniva === undefined)
    refuse('forbidden', 'INNLOGGINGSNIVA_UTILSTREKKELIG', 'Logg inn på nivå 3 eller 4 for å søke i Innsyn.');
}
