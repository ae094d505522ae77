import { Injectable } from '@nestjs/common';
import type { Driftsmelding } from '../../domain/driftsmelding.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Kommunenummer } from '../../domain/values/kommunenummer.js';
import { Documents } from '../ports/documents.js';
import { CachedView } from '../views/cached-view.js';
import { driftsmeldingerOn, innbyggersider, type InnbyggerView, type Side } from '../views/innbyggerside.js';

/** An organisation, as a hit refers to it. */
export interface FiksOrganisasjon {
  readonly id: string;
  readonly visningsnavn: string;
  readonly kommunenummer?: string;
}

/** A driftsmelding, as a search returns it. */
export type SynligDriftsmelding = Driftsmelding & { readonly id: string; readonly fiksOrgId: string };

/** The organisations' names and driftsmeldinger, for the results of searches. */
export class Oversikt {
  private readonly byId: ReadonlyMap<string, InnbyggerView>;
  /** The kommuner by kommunenummer, and the fylkeskommuner by fylkesnummer. */
  private readonly byOmrade: ReadonlyMap<string, InnbyggerView>;

  constructor(sider: readonly InnbyggerView[]) {
    this.byId = new Map(sider.map((side) => [side.fiksOrgId, side]));
    this.byOmrade = new Map(sider.flatMap((side) => (side.omrade === undefined ? [] : [[side.omrade, side]])));
  }

  organisasjon(id: string): FiksOrganisasjon {
    const { navn, kommunenr } = this.byId.get(id) ?? { navn: 'Ukjent organisasjon' };
    return { id, visningsnavn: navn, ...(kommunenr !== undefined && { kommunenummer: kommunenr }) };
  }

  /** The kommune with this number; undefined while it is not registered. */
  kommune(kommunenummer: Kommunenummer): InnbyggerView | undefined {
    return this.byOmrade.get(kommunenummer);
  }

  /** The fylkeskommune that the kommune with this number lies in; undefined while it is not registered. */
  fylkeskommune(kommunenummer: Kommunenummer): InnbyggerView | undefined {
    return this.byOmrade.get(kommunenummer.slice(0, 2));
  }

  /** The driftsmeldinger of these organisations that a page shows at a moment, most severe first within each organisation. */
  driftsmeldinger(fiksOrgIder: Iterable<string>, side: Side, moment: Instant): readonly SynligDriftsmelding[] {
    return [...new Set(fiksOrgIder)].flatMap((fiksOrgId) => {
      const kommune = this.byId.get(fiksOrgId);
      return kommune ? driftsmeldingerOn(kommune, side, moment).map((melding) => ({ ...melding, fiksOrgId })) : [];
    });
  }
}

/** Provides the `Oversikt` of all organisations, cached while the view `innbyggerside` is unchanged. */
@Injectable()
export class Oversikter {
  private readonly view: CachedView<InnbyggerView, Oversikt>;

  constructor(documents: Documents) {
    this.view = new CachedView(documents, innbyggersider, (sider) => new Oversikt(sider));
  }

  now(): Promise<Oversikt> {
    return this.view.value();
  }
}
