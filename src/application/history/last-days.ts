import { undertjenester } from '../../domain/values/undertjeneste.js';
import type { Endring } from '../konfigurasjon/changes.js';
import { rollenavn, type Konfigurasjon } from '../konfigurasjon/konfigurasjon.js';
import { ressursId } from '../views/ressurs-ids.js';
import { inForceAt, tilganger, type TilgangView } from '../views/tilgang.js';
import { privilege, quoted, shown } from '../konfigurasjon/words.js';
import type { World } from './time-machine.js';
import { lastDayField } from './traces.js';

/** The differences in the last days of what is held at both moments. A configuration has none, because no file gives them. */
export async function lastDaysBetween(from: World, to: World, { integrasjoner = [] }: Konfigurasjon): Promise<readonly Endring[]> {
  const [before, after] = await Promise.all([heldIn(from), heldIn(to)]);
  const names = new Map(integrasjoner.map(({ id, navn }) => [id as string, navn as string]));
  return [...after].flatMap(([key, held]) => {
    const earlier = before.get(key);
    return !earlier || earlier.utlop === held.utlop ? [] : [lastDayChange(held, earlier.utlop, names.get(held.aktor))];
  });
}

async function heldIn({ documents, fiksOrgId, time }: World): Promise<ReadonlyMap<string, TilgangView>> {
  const held = (await documents.all(tilganger, { where: { fiksOrgId } })).filter(inForceAt(time));
  return new Map(held.map(({ key, data }) => [key, data]));
}

function lastDayChange({ aktor, aktorType, privilegium, ressurs, fiksOrgId, utlop }: TilgangView, fra: string | undefined, integrasjon = 'Slettet integrasjon'): Endring {
  const under = undertjenester.find((one) => ressursId(fiksOrgId, one) === ressurs);
  const role = privilegium === 'REVISOR' ? rollenavn.revisor : under === undefined ? rollenavn.administrator : rollenavn.tjenesteadministrator(under);
  const [seksjon, navn, hva] =
    aktorType === 'PERSON'
      ? (['roller', role, `rollen ${role} til ${aktor}`] as const)
      : (['integrasjoner', integrasjon, `tilgangen ${privilege(privilegium)} til ${quoted(integrasjon)}`] as const);
  const days = `${shown('utlop', fra)} → ${shown('utlop', utlop)}`;
  return {
    art: '~',
    ting: { seksjon, id: aktor, navn },
    felter: { [lastDayField(aktorType === 'PERSON' ? role : privilegium)]: { ...(fra !== undefined && { fra }), ...(utlop !== undefined && { til: utlop }) } },
    hva: `siste dag for ${hva}: ${days}`,
    setning: `Siste dag for ${hva}: ${days}`,
    kommandoer: [],
  };
}
