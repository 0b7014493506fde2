// What a person feels: keys, Enter, rooms, a flood of messages, and memory. script/speed runs it.

import type { CDPSession, Page } from '@playwright/test';
import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { seed } from '../seed.ts';
import { profiled, tells } from './profile.ts';
import { type Row, note, spread } from './table.ts';
import { type Said, says, texts } from './talk.ts';
import { type Sample, watches } from './watch.ts';

// So many messages at once are more than a person may send.
needsOwnServer();
test.use({ serverEnv: { MARU_LIMITS: 'off' } });

const sizes = [1, 10_000];
const whole = (samples: Sample[]) => samples.map((sample) => sample.whole);
const work = (samples: Sample[]) => samples.map((sample) => sample.work);

interface Room {
  name: string;
  id: string;
  path: string;
  newest: string;
}

interface World {
  reader: Person;
  /** Who says what is said beside. */
  ben: Person;
  /** An empty room and a full one, the reader in both. */
  rooms: Room[];
  cdp: CDPSession;
  /** How many messages came to the reader by now. */
  came: () => number;
}

type Enter = (name: string) => Promise<Person>;
type Someone = () => Promise<Person>;

/** An empty room, a full one, and somebody who looks at neither yet. */
async function world(enter: Enter, someone: Someone): Promise<World> {
  const ben = await enter('Ben');
  const reader = await someone();
  await watches(reader.page);
  const came = counts(reader.page);
  await reader.enters('하은');
  // Whatever was read before: every room opens where its newest message is.
  await reader.page.context().addCookies([{ name: 'maru_open', value: 'end', url: reader.server.url }]);
  const rooms: Room[] = [];
  for (const [name, size] of [
    ['빈방', sizes[0]],
    ['가득', sizes[1]],
  ] as const) {
    await ben.makesRoom(name);
    const path = new URL(ben.page.url()).pathname;
    const id = await idOf(ben);
    const said = texts(size);
    // The page of who says so much has better things to do than to show it.
    await ben.page.goto('about:blank');
    await seed(ben.page.context(), ben.server.url, name, said);
    rooms.push({ name, id, path, newest: said.at(-1)! });
    await ben.goes('/');
    await reader.goes(path);
    await reader.page.getByRole('button', { name: reader.words.join }).click();
    await expect(reader.composer).toBeVisible();
  }
  await ben.page.goto('about:blank');
  await reader.goes('/');
  const cdp = await reader.page.context().newCDPSession(reader.page);
  test.info().annotations.push({ type: 'chromium', description: reader.page.context().browser()!.version() });
  return { reader, ben, rooms, cdp, came };
}

async function idOf(person: Person): Promise<string> {
  return (await person.timeline.getAttribute('data-room'))!;
}

/** Both rooms, one after the other: what is measured in the one, and in the other. */
async function both<T>({ reader, rooms }: World, measure: (room: Room) => Promise<T>): Promise<T[]> {
  const measured: T[] = [];
  for (const room of rooms) {
    await reader.goes(room.path);
    await expect(reader.page.locator('article').last()).toBeInViewport();
    measured.push(await measure(room));
  }
  return measured;
}

test('keys', async ({ enter, someone }, info) => {
  const all = await world(enter, someone);
  const { page, composer } = all.reader;
  const keys = await both(all, async ({ name }) => {
    await composer.click();
    await page.keyboard.type('먼저 조금 써 봐요. ');
    await page.evaluate(() => (window.watch.keys = []));
    await profiled(all.cdp, `keys-${name}`, async () => {
      // A quick typist; the pauses are no multiple of the screen's, so that keys fall anywhere between two frames.
      for (let line = 0; line < 4; line += 1) {
        await composer.pressSequentially('the quick brown fox jumps over the lazy dog, twice. ', { delay: 61 });
      }
    });
    return page.evaluate(() => window.watch.keys);
  });
  note(
    info,
    spread('a key to its painted character, p50 / p95', keys.map(whole), '< 16 ms'),
    spread('of it, work: what does not wait for the next frame', keys.map(work)),
  );
});

test('Enter', async ({ enter, someone }, info) => {
  const all = await world(enter, someone);
  const { reader } = all;
  const enters = await both(all, async ({ name }) => {
    await reader.says('먼저 하나');
    await reader.isSettled();
    await reader.page.evaluate(() => (window.watch.enters = []));
    await profiled(all.cdp, `enter-${name}`, async () => {
      for (let turn = 1; turn <= 60; turn += 1) {
        await reader.composer.fill(`내 글 ${turn}`);
        // Straight to the browser, as a key of the keyboard: to look for the field once more takes the page's time.
        await reader.page.keyboard.press('Enter');
        await reader.page.waitForFunction(
          (turn) => window.watch.enters.length === turn && !document.querySelector('article.is-pending'),
          turn,
        );
      }
    });
    return reader.page.evaluate(() => window.watch.enters);
  });
  note(
    info,
    spread('Enter to one’s own bubble, p50 / p95', enters.map(whole), '< 50 ms'),
    spread('of it, work', enters.map(work)),
  );
});

test('rooms', async ({ enter, someone }, info) => {
  const all = await world(enter, someone);
  const { reader, rooms } = all;
  const goes = async (room: Room) => {
    const box = (await reader.roomLink(room.name).boundingBox())!;
    await reader.page.evaluate(([id, newest]) => window.watch.awaits(id, newest), [room.id, room.newest] as const);
    // Straight to the browser, as a hand would: what else a driver looks at around a click takes the page's time.
    await reader.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    return (await reader.page.evaluate(() => window.watch.arrival))!;
  };
  const [first, again]: Sample[][][] = [
    [[], []],
    [[], []],
  ];
  for (let turn = 0; turn < 15; turn += 1) {
    for (const [at, room] of rooms.entries()) {
      // A page that has not seen the room yet.
      await reader.goes('/');
      first[at].push(await goes(room));
    }
  }
  for (const room of rooms) await goes(room);
  await profiled(all.cdp, 'rooms', async () => {
    for (let turn = 0; turn < 30; turn += 1) {
      for (const [at, room] of rooms.entries()) again[at].push(await goes(room));
    }
  });
  note(
    info,
    spread('a room that was visited before, p50 / p95', again.map(whole), '< 100 ms'),
    spread('of it, without the wait for the server’s answer', again.map(work)),
    spread('a room that was not, p50 / p95', first.map(whole), '< 300 ms'),
    spread('of it, without the wait for the server’s answer', first.map(work)),
  );
});

test('flood', async ({ enter, someone }, info) => {
  const all = await world(enter, someone);
  const [seconds, each] = [30, 100];
  const floods = await both(all, async (room) => {
    const { page } = all.reader;
    const said = texts(seconds * each, 20_001);
    await page.evaluate(() => (window.watch.long = []));
    const came = all.came();
    const before = await tells(all.cdp);
    const told = await profiled(all.cdp, `flood-${room.name}`, () => says(all.ben, room.id, said, each));
    const after = await tells(all.cdp);
    await shows(all.reader, told);
    const long = await page.evaluate(() => window.watch.long);
    const busy = (100 * (after.TaskDuration - before.TaskDuration)) / (after.Timestamp - before.Timestamp);
    return { rate: told.rate, busy, came: all.came() - came, longest: Math.max(0, ...long), long: long.length };
  });
  const row = (work: string, tell: (of: (typeof floods)[0]) => string): Row => {
    const [empty, full] = floods.map(tell);
    return { work, empty, full };
  };
  const [empty, full] = floods;
  note(
    info,
    { ...row('100 messages a second for 30 s: longest task', ({ longest }) => (longest ? `${longest.toFixed(0)} ms` : '< 50 ms')), wanted: '≤ 100 ms' },
    row('tasks above 50 ms in that time', ({ long }) => `${long}`),
    { ...row('main thread busy', ({ busy }) => `${busy.toFixed(0)} %`), ratio: full.busy / empty.busy },
    row('messages that reached the page, of 3,000; in each second', ({ came, rate }) => `${came}; ${rate.toFixed(0)}`),
  );
});

test('memory', async ({ enter, someone }, info) => {
  test.setTimeout(1_200_000);
  const all = await world(enter, someone);
  const [total, each] = [20_000, 125];
  // When the page holds as many rows as it ever does, and at the end.
  const marks = [2_000, total];
  const held = await both(all, async (room) => {
    const { page } = all.reader;
    const came = all.came();
    const weights = [await weighs(all)];
    let said = 0;
    for (const upto of marks) {
      const part = texts(upto - said, 20_001 + said);
      await shows(all.reader, await says(all.ben, room.id, part, each));
      said = upto;
      weights.push(await weighs(all));
    }
    return { weights, came: all.came() - came, rows: await page.locator('article').count() };
  });
  const when = ['at the start', 'after 2,000 messages', 'after 20,000'];
  const [empty, full] = held;
  when.forEach((moment, at) => {
    const told = ({ weights }: typeof empty) => {
      const { heap, wasm, nodes } = weights[at];
      return `${mb(heap)} + ${mb(wasm)} MB; ${nodes}`;
    };
    const ratio = sum(full.weights[at]) / sum(empty.weights[at]);
    note(info, { work: `heap + WASM’s memory; nodes: ${moment}`, empty: told(empty), full: told(full), ratio });
  });
  const grown = ({ weights }: typeof empty, from: number) => `${(sum(weights[2]) / sum(weights[from])).toFixed(2)} ×`;
  note(
    info,
    { work: 'memory at the end against the start', empty: grown(empty, 0), full: grown(full, 0), wanted: '≤ 1.5 ×' },
    { work: 'memory at the end against 2,000 messages', empty: grown(empty, 1), full: grown(full, 1) },
    {
      work: 'messages that reached the page, of 20,000; rows at the end',
      empty: `${empty.came}; ${empty.rows}`,
      full: `${full.came}; ${full.rows}`,
    },
  );
});

/** Counts the messages that reach a page by its socket, from now on. */
function counts(page: Page): () => number {
  let count = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const frame = JSON.parse(String(payload)) as { type: string; events?: { op: { kind: string } }[] };
      if (frame.type === 'events') count += frame.events!.filter(({ op }) => op.kind === 'message').length;
    }),
  );
  return () => count;
}

/** Waits until the last message is in sight. */
async function shows({ page }: Person, { last }: Said): Promise<void> {
  await expect(page.locator(`#m-${last}`)).toBeInViewport({ timeout: 60_000 });
}

interface Weight {
  /** Scripts' objects and the document's, with what nobody needs taken away. */
  heap: number;
  /** The memory of the page's program, which never becomes smaller. */
  wasm: number;
  nodes: number;
}

async function weighs({ cdp, reader }: World): Promise<Weight> {
  await cdp.send('HeapProfiler.collectGarbage');
  const used = (await cdp.send('Runtime.getHeapUsage')) as { usedSize: number; embedderHeapUsedSize?: number };
  const wasm = await reader.page.evaluate(() => window.watch.memory?.buffer.byteLength ?? 0);
  expect(wasm, 'the memory of the program was found').toBeGreaterThan(0);
  const { Nodes: nodes } = await tells(cdp);
  return { heap: used.usedSize + (used.embedderHeapUsedSize ?? 0), wasm, nodes };
}

const sum = ({ heap, wasm }: Weight) => heap + wasm;
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
