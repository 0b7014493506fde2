import { expect, needsOwnServer, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { seed } from '../seed.ts';

// So many messages at once are more than a person may send.
needsOwnServer();
test.use({ serverEnv: { MARU_LIMITS: 'off' } });
test.setTimeout(240_000);

const texts = (total: number) =>
  Array.from({ length: total }, (_, index) => `글 ${index + 1}${index % 9 === 4 ? '\n둘째 줄' : ''}`);

/** Somebody fills the first room; gives the seqs of what was said. */
async function fills(person: Person, total: number): Promise<number[]> {
  const room = await person.page.getByRole('heading', { level: 1 }).first().innerText();
  const path = new URL(person.page.url()).pathname;
  await person.page.goto('about:blank');
  const seqs = await seed(person.page.context(), person.server.url, room, texts(total));
  await person.goes(path);
  return seqs;
}

/** The numbers of the messages on the page, in order, and how many rows there are. */
async function held(person: Person): Promise<{ numbers: number[]; rows: number }> {
  const said = await person.timeline.locator('article .prose').allInnerTexts();
  return { numbers: said.map((text) => parseInt(text.replace('글 ', ''), 10)), rows: said.length };
}

function isRun(numbers: number[]): boolean {
  return numbers.every((number, at) => at === 0 || number === numbers[at - 1] + 1);
}

/** The server knows that somebody has read what the other said last. */
async function isReadBy(reader: Person, author: Person): Promise<void> {
  const seen = author.page.locator('.seen');
  await expect(seen).toContainText(author.words.seenBy(1), { timeout: 30_000 });
  await expect(seen).toContainText(reader.name);
}

/** Scrolls to one end of what is held, again and again, until it is the end of the room. */
async function walks(person: Person, to: 'top' | 'end', goal: string): Promise<number> {
  let most = 0;
  const there = person.timeline.getByText(goal, { exact: true });
  for (let turn = 0; turn < 200; turn += 1) {
    const rows = await person.timeline.evaluate(async (log, to) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      log.scrollTop = to === 'top' ? 0 : log.scrollHeight;
      for (let n = 0; n < 12; n += 1) await frame();
      return log.querySelectorAll('article').length;
    }, to);
    most = Math.max(most, rows);
    if ((await there.count()) && (await there.isVisible())) break;
  }
  await expect(there).toBeVisible();
  return most;
}

test('a long room is walked to its first message and down again, with few rows on the page', async ({ enter }) => {
  const person = await enter('하은');
  await fills(person, 900);
  await person.sees('글 900');
  const up = await walks(person, 'top', '글 2');
  expect(up).toBeLessThan(500);
  expect(isRun((await held(person)).numbers)).toBe(true);

  const down = await walks(person, 'end', '글 900');
  expect(down).toBeLessThan(500);
  expect(isRun((await held(person)).numbers)).toBe(true);
  await person.says('아직 여기예요');
  await expect(person.messages('아직 여기예요')).toBeInViewport();
});

test('a message is opened by its address, in its context, and the end is one press away', async ({ enter }) => {
  const person = await enter('하은');
  const seqs = await fills(person, 600);
  const room = new URL(person.page.url()).pathname;
  await person.goes(`${room}/${seqs[99]}`);
  await expect(person.messages('글 100')).toBeFocused();
  await expect(person.messages('글 100')).toBeInViewport();
  await expect(person.messages('글 100')).toHaveClass(/is-target/);
  await expect(person.messages('글 99')).toBeInViewport();
  expect((await person.timeline.locator('article').count()) < 500).toBe(true);

  // While one reads here, what is said at the end moves nothing.
  const ben = await enter('Ben');
  const top = await person.messages('글 100').evaluate((row) => row.getBoundingClientRect().top);
  await ben.says('a new one');
  await ben.isSettled();
  await expect(person.page.locator('.newest')).toContainText('새 글 1개');
  expect(await person.messages('글 100').evaluate((row) => row.getBoundingClientRect().top)).toBe(top);
  await person.page.locator('.newest').click();
  await expect(person.messages('a new one')).toBeInViewport();
  await expect(person.page.locator('.newest')).toHaveCount(0);
});

test('without script, a message is opened by its address, too', async ({ enter }) => {
  const person = await enter('하은');
  const seqs = await fills(person, 300);
  const room = new URL(person.page.url()).pathname;
  const headers = { 'Accept-Language': 'ko' };
  const html = await (await person.page.request.get(`${room}/${seqs[99]}`, { headers })).text();
  expect(html).toContain('글 100');
  expect(html).not.toContain('글 300');
  const nowhere = await (await person.page.request.get(`${room}/999999`, { headers })).text();
  expect(nowhere).toContain('그 글은 여기 없어요');
});

test('a room opens where one stopped, with a line above what is new', async ({ enter }) => {
  const person = await enter('하은');
  const ben = await enter('Ben');
  await ben.says('before');
  await person.sees('before');
  await isReadBy(person, ben);
  const room = new URL(person.page.url()).pathname;
  await person.page.goto('about:blank');
  await fills(ben, 120);

  await person.goes(room);
  const line = person.timeline.getByRole('separator').filter({ hasText: '여기부터 새 글이에요' });
  await expect(line).toBeInViewport();
  await expect(person.messages('글 1')).toBeInViewport();
  await expect(person.messages('before')).toBeInViewport();

  // The end is one press away.
  await person.page.locator('.newest').click();
  await expect(person.messages('글 120')).toBeInViewport();
});

test('whoever likes rooms to open at their end is led up to what is new', async ({ enter }) => {
  const person = await enter('하은');
  const ben = await enter('Ben');
  await ben.says('before');
  await person.sees('before');
  await isReadBy(person, ben);
  const room = new URL(person.page.url()).pathname;
  await person.page.goto('about:blank');
  await person.page.context().addCookies([{ name: 'maru_open', value: 'end', url: person.server.url }]);
  await fills(ben, 120);

  await person.goes(room);
  await expect(person.messages('글 120')).toBeInViewport();
  const way = person.page.locator('.topjump');
  await expect(way).toContainText('새 글 120개');
  await way.getByRole('button').first().click();
  await expect(person.messages('글 1')).toBeInViewport();
  await expect(person.messages('글 1')).toBeFocused();
  await expect(way).toHaveCount(0);
});

test('a reaction above what one reads moves nothing in sight', async ({ enter }) => {
  const person = await enter('하은');
  const ben = await enter('Ben');
  await fills(person, 120);
  await ben.sees('글 120');
  await person.timeline.evaluate((log) => (log.scrollTop -= 1_200));
  const seen = await person.timeline.evaluate((log) => {
    const edge = log.getBoundingClientRect().top;
    const row = [...log.querySelectorAll('article')].find((row) => row.getBoundingClientRect().top >= edge)!;
    return { id: row.id, top: row.getBoundingClientRect().top };
  });
  const rows = await person.timeline.locator('article').evaluateAll((rows) => rows.map((row) => row.id));
  const above = person.timeline.locator(`[id="${rows[rows.indexOf(seen.id) - 3]}"]`);
  const said = (await above.locator('.prose').innerText()).split('\n')[0];
  await ben.messages(said).scrollIntoViewIfNeeded();
  await ben.reacts(said, '👍');
  await expect(above.getByRole('button', { name: /👍 1: / })).toHaveCount(1, { timeout: 30_000 });
  const now = await person.timeline.locator(`[id="${seen.id}"]`).evaluate((row) => row.getBoundingClientRect().top);
  expect(Math.abs(now - seen.top)).toBeLessThan(1);
});

test('what comes and what changes leaves every other row alone', async ({ enter }) => {
  const person = await enter('하은');
  const ben = await enter('Ben');
  await fills(ben, 20);
  await person.sees('글 20');
  await isReadBy(person, ben);
  const room = await ben.page.getByRole('heading', { level: 1 }).first().innerText();
  // The newest may get neighbours; the others have all that they will have.
  const touched = await person.timeline.evaluateHandle((log) => {
    const rows = new Set<Node>([...log.querySelectorAll('article')].slice(0, -1));
    const touched: string[] = [];
    new MutationObserver((records) => {
      for (const { target, type, removedNodes } of records) {
        const row = (target instanceof Element ? target : target.parentElement)?.closest('article');
        if (row && rows.has(row)) touched.push(`${type} in ${row.id}`);
        for (const gone of removedNodes) if (rows.has(gone)) touched.push(`${(gone as Element).id} went`);
      }
    }).observe(log, { subtree: true, childList: true, characterData: true, attributes: true });
    return touched;
  });
  const before = await person.timeline.locator('article').count();
  await seed(ben.page.context(), ben.server.url, room, texts(80).slice(20));
  await person.sees('글 80');
  await expect(person.timeline.locator('article')).toHaveCount(before + 60);
  expect(await touched.jsonValue()).toEqual([]);

  await ben.messages('글 7').scrollIntoViewIfNeeded();
  await ben.reacts('글 7', '👍');
  const liked = person.messages('글 7');
  await expect(liked.getByRole('button', { name: /👍 1: / })).toHaveCount(1, { timeout: 30_000 });
  const id = await liked.getAttribute('id');
  expect(new Set((await touched.jsonValue()).map((each) => each.split(' ').pop()))).toEqual(new Set([id]));
});
