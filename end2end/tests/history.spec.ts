import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { seed } from '../seed.ts';

// A thousand messages at once are more than a person may send.
needsOwnServer();
test.use({ serverEnv: { MARU_LIMITS: 'off' } });
test.setTimeout(180_000);

const TOTAL = 1_000;
// Rows of different heights, as people write them.
const text = (number: number) => `${number}번째 글${number % 7 ? '' : '\n둘째 줄'}${number % 11 ? '' : ` ${'가나다라 '.repeat(60)}`}`;
const longRoom = Array.from({ length: TOTAL }, (_, index) => text(index + 1));

async function inLongRoom(enter: (name: string) => Promise<Person>): Promise<Person> {
  const person = await enter('하은');
  const room = await person.page.getByRole('heading', { level: 1 }).first().innerText();
  await person.page.goto('about:blank');
  await seed(person.page.context(), person.server.url, room, longRoom);
  await person.goes('/');
  await person.isInRoom();
  return person;
}

/**
 * Scrolls to `top` and watches the first row in sight, frame by frame, until older history has come in
 * and settled. Gives the greatest distance that the row moved on screen, and how many rows there are.
 */
function scrollAndWatch(person: Person, top: number): Promise<{ moved: number; rows: number; brought: boolean }> {
  return person.timeline.evaluate(async (log, top) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const rows = () => log.querySelectorAll('article').length;
    const first = () => log.querySelector('article')?.id;
    const oldest = first();
    log.scrollTop = top;
    await frame();
    const edge = log.getBoundingClientRect().top;
    const seen = [...log.querySelectorAll('article')].find((row) => row.getBoundingClientRect().top >= edge);
    if (!seen) throw new Error('no row is in sight');
    const place = seen.getBoundingClientRect().top;
    let moved = 0;
    let calm = 0;
    for (const patience = Date.now() + 10_000; Date.now() < patience && calm < 20; ) {
      await frame();
      if (!seen.isConnected) throw new Error('the row in sight was replaced');
      moved = Math.max(moved, Math.abs(seen.getBoundingClientRect().top - place));
      calm = first() !== oldest ? calm + 1 : 0;
    }
    return { moved, rows: rows(), brought: first() !== oldest };
  }, top);
}

test('scrolling back through 1,000 messages keeps the place, to the pixel, down to the first', async ({ enter }) => {
  const person = await inLongRoom((name) => enter(name));
  await person.sees(longRoom.at(-1)!.split('\n')[0]);
  const first = person.timeline.getByText('1번째 글', { exact: true });

  let pages = 0;
  for (let turn = 0; turn < 60 && !(await first.isVisible()); turn += 1) {
    // Now and then all the way to the edge, as a person does who is faster than the network.
    const { moved, brought, rows } = await scrollAndWatch(person, turn % 3 === 2 ? 0 : 150);
    if (brought) pages += 1;
    expect(rows, 'what is far away is let go').toBeLessThan(500);
    expect(moved, `page ${pages}`).toBeLessThan(1);
  }
  await expect(first).toBeVisible();
  expect(pages).toBeGreaterThanOrEqual(5);

  const numbers = (await person.timeline.locator('article .prose').allInnerTexts()).map((said) => parseInt(said, 10));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test('a reload in a long room shows the newest, and no more than the newest', async ({ enter }) => {
  const person = await inLongRoom((name) => enter(name));
  const newest = person.timeline.getByText(`${TOTAL}번째 글`);
  await expect(newest).toBeInViewport();
  await person.page.mouse.wheel(0, -2_000);
  await person.reloads();
  await expect(newest).toBeInViewport();

  const html = await (await person.page.request.get(person.page.url())).text();
  expect(html.match(/<article/g)?.length).toBeLessThanOrEqual(50);
});

test('somebody who reads back is not thrown to the end by a new message', async ({ enter }) => {
  const person = await inLongRoom((name) => enter(name));
  const ben = await enter('Ben');
  await person.timeline.evaluate((log) => (log.scrollTop -= 900));
  const top = await person.timeline.evaluate((log) => log.scrollTop);
  await ben.says('a new one');
  await person.sees('a new one');
  expect(await person.timeline.evaluate((log) => log.scrollTop)).toBe(top);
  await expect(person.timeline.getByText('a new one')).not.toBeInViewport();
});
