import { refuse } from '../../domain/kernel/domain-error.js';
import { type Tjenestekode } from '../../domain/tjeneste.js';
import { undertjenestenavn, undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { projection } from './projection.js';
import { tjenestekoder } from './ressurs-ids.js';

/** A resource that tilganger are granted on: an organisation, its Min kommune, or an undertjeneste of that. */
export interface RessursView {
  readonly id: string;
  readonly fiksOrgId: string;
  readonly type: 'ORGANISASJON' | Tjenestekode;
  readonly navn: string;
  readonly forelder?: string;
}

/** The display names of the services. */
export const tjenestenavn: Readonly<Record<Tjenestekode, string>> = {
  MIN_KOMMUNE: 'Min kommune',
  ...undertjenestenavn,
};

/** The undertjeneste of a resource type. Refuses (`conflict`) other types, because integrations belong to an undertjeneste. */
export const requireUndertjeneste = (type: RessursView['type']): Undertjeneste =>
  undertjenester.find((one) => one === type) ??
  refuse('conflict', 'IKKE_EN_UNDERTJENESTE', 'Integrasjoner legges til og får tilganger under en undertjeneste.');

export const ressurser = projection<RessursView>({
  name: 'ressurs',
  version: 2,
  indexes: [['fiksOrgId']],
  keys: ({ stream, type, data }) => (type === 'TjenesteAdopted' ? Object.values(data.ressurser) : [stream.tenant]),
  on: {
    OrganisasjonRegistered: (_, { stream, data }) => ({
      id: stream.tenant,
      fiksOrgId: stream.tenant,
      type: 'ORGANISASJON',
      navn: data.navn,
    }),
    TjenesteAdopted: (_, { stream, data: { ressurser } }, id) => {
      const type = tjenestekoder.find((kode) => ressurser[kode] === id)!;
      const forelder = type === 'MIN_KOMMUNE' ? stream.tenant : ressurser.MIN_KOMMUNE;
      return { id, fiksOrgId: stream.tenant, type, navn: tjenestenavn[type], forelder };
    },
  },
});
