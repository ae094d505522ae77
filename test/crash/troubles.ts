import { setTimeout as pause } from 'node:timers/promises';
import { revisjon } from '../../src/application/views/revisjon.js';
import type { PostgresServer } from '../support/postgres-server.js';
import type { Fault } from './faults.js';
import { ask, type EnginesPlace, type Place } from './places.js';
import type { Order } from './sabotage-checkpoint.js';
import type { Service } from './service.js';
import { until } from './until.js';
import { updatedByTwo, ViewWatch } from './view-watch.js';
import type { Trouble, World } from './world.js';

/** Kills the service with kill -9 at random moments: after up to `most` more commands, and now and then during its start. */
export const kills =
  (rounds: number, most = 150): Trouble =>
  async ({ service, recoveries, journal, random, say }) => {
    let startTime = 1_000;
    for (let round = 1; round <= rounds; round++) {
      const commands = random.between(1, most);
      await journal.more(commands);
      await pause(random.next() * 100); // varies the moment of the kill, waits for nothing
      const [acknowledged, sent] = [journal.acknowledged, journal.entries.length];
      await service.kill();
      let early = '';
      if (random.chance(0.2)) {
        service.launch();
        const moment = random.next() * startTime;
        await pause(moment);
        await service.kill();
        early = `, and again ${moment.toFixed(0)} ms into its start`;
      }
      const begun = performance.now();
      await service.start();
      startTime = performance.now() - begun;
      recoveries.push(await service.right());
      say(`round ${round}/${rounds}: killed after ${acknowledged} acknowledged of ${sent} commands${early}; started in ${startTime.toFixed(0)} ms`);
    }
    await journal.more(1);
  };

/** Kills the service, `times` times, between the halves of a commit without a transaction. See sabotage-checkpoint.ts. */
export const killsBetweenHalves =
  (times: number): Trouble =>
  async ({ place, service, recoveries, journal, random, say }) => {
    const ahead = `select from view_revisjon_${revisjon.version} where position > (select position from view where name = '${revisjon.name}' and serving) limit 1`;
    const order: Order = { stopBetweenHalves: true };
    for (let time = 1; time <= times; time++) {
      await journal.more(random.between(1, 30));
      service.tell(order);
      await until('it stands between the halves', async () => (await ask(place.env['DATABASE_URL']!, ahead)).length > 0);
      await service.kill();
      await service.start();
      recoveries.push(await service.right());
      say(`killed between the halves ${time}/${times}; ${journal.acknowledged} acknowledged`);
    }
  };

/** Makes trouble `times` times while commands go on, and records the times of recovery. */
const repeatedly =
  <P extends Place>(times: number, make: (world: World<P>, time: number) => Promise<string>): Trouble<P> =>
  async (world) => {
    const { service, recoveries, journal, random, say } = world;
    for (let time = 1; time <= times; time++) {
      await journal.more(random.between(1, 100));
      const what = await make(world, time);
      recoveries.push(await rightAgain(service));
      say(`${what}, ${time}/${times}: ${journal.acknowledged} acknowledged`);
    }
    await journal.more(50);
  };

/** Waits until the service is healthy and its views have reached the present end of the log. Resolves with the time, in ms. */
async function rightAgain(service: Service): Promise<number> {
  const began = performance.now();
  await service.healthy();
  await service.right();
  return performance.now() - began;
}

/** Stops the database server without warning while the service runs, and starts it again. */
export const databaseStops = (server: PostgresServer, times: number): Trouble =>
  repeatedly(times, async ({ journal, random }) => {
    await Promise.all([journal.failures(random.between(1, 4)), server.stop()]);
    await server.start();
    return 'stopped';
  });

/** Suspends every process of the database server for 1 to 15 seconds. */
export const databaseStands = (server: PostgresServer, times: number): Trouble =>
  repeatedly(times, async ({ random }) => {
    const seconds = random.between(1, 15);
    await server.stand(seconds * 1_000);
    return `stood still for ${seconds} s`;
  });

/** Makes all writes of the database server fail, so that it crashes. Then starts it again with free disk space. */
export const databaseFull = (server: PostgresServer, times: number): Trouble =>
  repeatedly(times, async ({ journal, random }) => {
    await Promise.all([journal.failures(random.between(1, 4)), server.fill()]);
    await server.stop();
    await server.start();
    return 'full';
  });

/** Kills one random process of several at a time, with kill -9. The others must go on, and so must the views. */
export const oneOfSeveralKilled =
  (rounds: number, most = 100): Trouble =>
  async ({ place, fleet, recoveries, journal, random, say }) => {
    const watch = await ViewWatch.begin(place.env['DATABASE_URL']!);
    for (let round = 1; round <= rounds; round++) {
      await journal.more(random.between(1, most));
      await pause(random.next() * 100); // varies the moment of the kill, waits for nothing
      const victim = random.pick(fleet.services);
      const others = fleet.services.filter((one) => one !== victim);
      await victim.kill();
      recoveries.push(await others[0]!.right());
      await journal.more(random.between(1, 20));
      await victim.start();
      say(`round ${round}/${rounds}: killed number ${fleet.services.indexOf(victim) + 1}; ${journal.acknowledged} acknowledged`);
    }
    await journal.more(1);
    const { standstill } = watch;
    journal.faults.push(...(await watch.end()));
    say(`no view stood still for more than ${standstill.toFixed(0)} ms`);
  };

/**
 * Updates processes of an earlier release one by one, while clients go on and the two releases run side by side. Every other one
 * is killed instead of stopped.
 */
export const rollingUpdate: Trouble = async ({ fleet, journal, random, say }) => {
  for (const [n, service] of fleet.services.entries()) {
    await journal.more(random.between(20, 60));
    await (n % 2 === 0 ? service.stop() : service.kill());
    await journal.more(random.between(1, 20));
    await service.update();
    await journal.more(random.between(20, 60));
    say(`updated ${n + 1}/${fleet.services.length}: ${journal.acknowledged} acknowledged`);
  }
};

/** Makes no trouble. Goes on until two processes have been seen to update the views at once. */
export const untilKeptByTwo: Trouble = async ({ place, journal }) => {
  const watch = await ViewWatch.begin(place.env['DATABASE_URL']!);
  await until('two keep the views at once', async () => (await watch.faults()).join().includes(updatedByTwo));
  journal.faults.push(...(await watch.end()));
};

/** Cuts database connections in the middle of their work. */
export const connectionsCut =
  (times: number): Trouble =>
  async ({ place, journal, random, say }) => {
    const url = place.env['DATABASE_URL']!;
    const victims = `datname = current_database() and pid <> pg_backend_pid() and application_name like 'min-kommune %'`;
    let [cut, busy] = [0, 0];
    for (let time = 1; time <= times; time++) {
      await journal.more(random.between(1, 30));
      // Cuts all connections, or only the busy ones. A busy connection appears quickly.
      const which = random.chance(0.5) ? victims : `${victims} and state <> 'idle'`;
      await until('a connection is cut', async () => {
        const rows = await ask<{ state: string }>(url, `select state, pg_terminate_backend(pid) from pg_stat_activity where ${which}`);
        cut += rows.length;
        busy += rows.filter(({ state }) => state !== 'idle').length;
        return rows.length > 0;
      });
      if (time % 10 === 0) say(`cut ${time}/${times}: ${cut} connections, ${busy} of them at work`);
    }
    await journal.more(50);
  };

const tell = (service: Service, fault: Fault) => {
  service.tell(fault);
};

/** Makes the disk of the data folder full for a while. */
export const diskFull = (times: number): Trouble =>
  repeatedly(times, async ({ service, journal, random }) => {
    const felt = journal.failures(random.between(1, 4));
    tell(service, { diskFull: true });
    await felt;
    tell(service, { diskFull: false });
    return 'full';
  });

const hour = 3_600_000;

/** Makes the clock jump, mostly back. On the embedded database, the disk is full during every third jump. */
export const clockJumps =
  (times: number): Trouble =>
  async ({ place, service, journal, random, say }) => {
    let clock = 0;
    for (let time = 1; time <= times; time++) {
      await journal.more(random.between(1, 100));
      const full = place.engine === 'embedded' && time % 3 === 0;
      if (full) {
        tell(service, { diskFull: true });
        await journal.failures(2);
      }
      clock += random.pick([-1_000, -hour, -24 * hour, hour]);
      tell(service, { clock, diskFull: false });
      say(`jump ${time}/${times}: the clock is ${(clock / hour).toFixed(1)} hours off${full ? ', and the disk was full' : ''}`);
    }
    await journal.more(50);
  };

/** Takes EventStoreDB away for a while, or makes it refuse all appends, as when its disk is full. */
export const eventStoreStops = (times: number): Trouble<EnginesPlace> =>
  repeatedly(times, async ({ place: { eventStoreDb }, journal, random }, time) => {
    const felt = journal.failures(random.between(1, 4));
    const full = time % 2 === 0;
    if (full) eventStoreDb.faults.everyAppend({ kind: 'timeout', written: false });
    else await eventStoreDb.pause();
    await felt;
    if (full) eventStoreDb.faults.everyAppend(undefined);
    else await eventStoreDb.resume();
    return full ? 'full' : 'away';
  });

/** Loses answers of EventStoreDB, with or without the write, cuts connections, and repeats events. */
export const eventStoreAnswersLost = (times: number): Trouble<EnginesPlace> =>
  repeatedly(times, async ({ place: { eventStoreDb }, journal, random }, time) => {
    for (let lost = 0; lost < 5; lost++) {
      const kind = random.pick(['cut', 'unavailable', 'timeout', ...(time % 5 === 0 ? (['silence'] as const) : [])] as const);
      eventStoreDb.faults.appends({ kind, written: random.chance(0.5) });
    }
    eventStoreDb.faults.subscriptions({ kind: 'cut', after: random.between(0, 5) }, { kind: 'twice' });
    await journal.more(random.between(10, 50));
    eventStoreDb.cut();
    return 'answers lost';
  });

/** Stops, breaks or slows Meilisearch. Commands and views must go on, and the index must catch up. */
export const searchStops = (times: number): Trouble<EnginesPlace> =>
  repeatedly(times, async ({ place: { meilisearch }, journal, random }) => {
    const how = random.pick(['away', 'failing', 'slow'] as const);
    if (how === 'away') await meilisearch.down();
    else if (how === 'failing') meilisearch.breakWith('internal');
    else meilisearch.slow(3_000);
    await journal.more(random.between(50, 150));
    if (how === 'away') await meilisearch.up();
    meilisearch.breakWith();
    meilisearch.slow(0);
    return how;
  });

/** Delays the network to one of the engines for a while, or to all of them. */
export const networksSlow = (times: number): Trouble<EnginesPlace> =>
  repeatedly(times, async ({ place: { networks }, journal, random }) => {
    const which = random.chance(0.25) ? networks : [random.pick(networks)];
    const delay = random.between(20, 400);
    for (const network of which) network.delay = delay;
    await journal.more(random.between(10, 40));
    for (const network of networks) network.delay = 0;
    return `slow by ${delay} ms`;
  });
