import { exposure } from '../../src/application/commands/exposure.js';
import { WhenPersonForgottenThenDeleteMeldinger } from '../../src/application/policies/when-person-forgotten-then-delete-meldinger.js';
import type { Recorded } from '../../src/application/ports/projection.js';
import { innsynsmeldinger } from '../../src/application/views/innsynsmelding.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { MemoryEksternRevisjon } from '../../src/infrastructure/memory/ekstern-revisjon.js';
import { MemoryInnsynslogg } from '../../src/infrastructure/memory/innsynslogg.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySessions } from '../../src/infrastructure/memory/sessions.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { session } from '../contract/sessions.contract.js';
import { idOf, logOf, nesseby, thing } from '../support/views.js';

describe('When a person is forgotten', () => {
  it.each([0, 1, 1_000, 2_500])('all of %i messages are deleted, and her sessions end', async (count) => {
    const views = new MemoryViewStore();
    await views.prepare([innsynsmeldinger]);
    const lease = (await views.acquireLease())!;
    const [kari, ola] = [idOf('kari') as PersonId, idOf('ola') as PersonId];
    const message = (n: number, who: PersonId) => {
      const data = { fiksOrgId: nesseby, integrasjonId: idOf('arkiv'), meldingId: idOf(`${who} ${n}`), versjon: 'MAPPE_V1', eksponertFor: exposure.person(who) };
      return { key: data.meldingId, data, revision: 0n, position: 1n };
    };
    const hers = Array.from({ length: count }, (_, n) => message(n, kari));
    await lease.commit([{ view: innsynsmeldinger, from: 0n, to: 1n, set: [...hers, message(0, ola)], remove: [] }]);
    const sessions = new MemorySessions();
    const now = parseInstant('2026-11-30T08:00:00Z');
    const okter = await Promise.all([kari, ola].map((id) => sessions.start(session('x', { person: { id, fnr: syntheticFnr(id), innloggingsniva: 4 } }), now)));
    const policy = new WhenPersonForgottenThenDeleteMeldinger(views, new MemoryPersons(), new MemorySubjectKeys(), new MemoryInnsynslogg(), new MemoryEksternRevisjon(), new MemorySisteBruk(new MemoryPersons()), sessions);
    const [forgotten] = logOf([thing('innbygger', kari)({ type: 'PersonForgotten', data: {} })]);
    const commands = await policy.react(forgotten as Recorded);
    expect(await Promise.all(okter.map(async (secret) => (await sessions.find(secret, now))?.person?.id))).toEqual([undefined, ola]);
    expect(commands.map(({ id }) => id).sort()).toEqual(hers.map(({ data }) => `${data.integrasjonId}_${data.meldingId}`).sort());
  });
});
