import { planFor } from '../../src/application/konfigurasjon/plan.js';
import { guidedKommuner } from '../../src/infrastructure/development/examples.js';
import { fiksOrgIdOf, organisations } from '../../src/infrastructure/development/organisasjoner.js';
import { standFrom, type StandAnswer } from '../../src/interfaces/cli/apply-plan.js';
import { formatKonfigurasjon, Konfigurasjonsfil } from '../../src/interfaces/cli/konfigurasjonsfil.js';
import { TestApp } from '../support/app.js';

const app = await TestApp.start();
beforeAll(() => app.fillWithExamples(), 60_000);

it('the plan of an export is empty in the kommuner of the examples that are set up, and in every tenth of the others', async () => {
  const plattform = app.as('plattform');
  let things = 0;
  const chosen = organisations.filter(({ nummer }, n) => n % 10 === 0 || guidedKommuner.includes(nummer));
  for (const fiksOrgId of chosen.map(fiksOrgIdOf)) {
    const { body, status } = await plattform.get<StandAnswer>(`/min-kommune/api/v1/${fiksOrgId}/konfigurasjonsfil?personer=true`)();
    expect(status).toBe(200);
    const stand = standFrom(body);
    const file = new Konfigurasjonsfil('f', formatKonfigurasjon(stand.konfigurasjon, { schema: 's', heading: 'h' })).read();
    expect(file).toEqual(stand.konfigurasjon);
    expect(planFor(stand, file)).toMatchObject({ endringer: [], merknader: [] });
    things += (file.integrasjoner ?? []).length + (file.kommunaleTjenester ?? []).length;
  }
  expect(things).toBeGreaterThan(10);
});
