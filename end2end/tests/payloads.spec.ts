// Hostile texts wherever a person can put text. They are words, and stay words: the page makes no element of
// them, runs nothing, and its policy has nothing to stop.

import { type Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';

// Each would leave a mark where it worked: `window.pwned`, or an element of its own.
const payloads = [
  '<script>window.pwned=1</script>',
  '</script><script>window.pwned=1</script>',
  '</textarea></title></style><script>window.pwned=1</script>',
  '<img src=x onerror=window.pwned=1>',
  '"><img src=x onerror=window.pwned=1>',
  "' autofocus onfocus=window.pwned=1 x='",
  '<svg onload=window.pwned=1>',
  '<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s>',
  '<math><mtext><table><mglyph><style><!--</style><img src onerror=window.pwned=1>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '<object data="data:text/html,<script>parent.pwned=1</script>"></object>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<link rel="stylesheet" href="https://evil.example/a.css">',
  '<style>*{display:none}</style>',
  '<form action="https://evil.example/"><input name=password type=password></form>',
  '<a href="javascript:window.pwned=1">here</a>',
  '[here](javascript:window.pwned=1)',
  '![x](https://evil.example/x.png)',
  '<a href="data:text/html,<script>window.pwned=1</script>">here</a>',
  'javascript:window.pwned=1',
  'https://evil.example/"onmouseover="window.pwned=1',
  "https://evil.example/'><script>window.pwned=1</script>",
  'https://evil.example/`${window.pwned=1}`',
  '<!--><script>window.pwned=1</script>-->',
  '<![CDATA[<script>window.pwned=1</script>]]>',
  '&lt;script&gt;window.pwned=1&lt;/script&gt;',
  '&#60;script&#62;window.pwned=1&#60;/script&#62;',
  '\\u003cscript\\u003ewindow.pwned=1\\u003c/script\\u003e',
  '{{constructor.constructor("window.pwned=1")()}}',
  '${window.pwned=1}',
  '"}]}</script><script>window.pwned=1</script>',
  '__proto__',
  'constructor',
  '<maru-x is="x" onclick=window.pwned=1>',
  '＜script＞window.pwned=1＜/script＞',
  '가<u>밑줄</u>나',
];

/** Those whose marks mean something in a message. */
const shown = new Map([
  ['![x](https://evil.example/x.png)', '!x'],
  ['https://evil.example/`${window.pwned=1}`', 'https://evil.example/${window.pwned=1}'],
]);

/** What hostile texts would leave behind. */
interface Marks {
  pwned: unknown;
  stopped: string[];
  elements: string[];
  title: string;
}

/** From the first moment of every page of this person, what the policy stops is written down. */
async function watch(person: Person): Promise<void> {
  await person.page.addInitScript(() => {
    const notes: string[] = [];
    Object.defineProperty(window, 'stoppedByPolicy', { value: notes });
    document.addEventListener('securitypolicyviolation', (event) => {
      notes.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
}

async function marks(page: Page): Promise<Marks> {
  return page.evaluate(() => {
    const own = window as unknown as { pwned?: unknown; stoppedByPolicy: string[] };
    // Where others' words are shown there are no such elements at all; elsewhere there are our own.
    const places = 'main, nav, h1, dialog, [role=log]';
    const strange = 'script, img, iframe, object, embed, base, meta, link, style, math, video, audio, maru-x, u, svg [onload], animate';
    const found = [...document.querySelectorAll(places)].flatMap((place) => [...place.querySelectorAll(strange)]);
    const handlers = [...document.querySelectorAll('*')].filter((element) =>
      [...element.attributes].some((attribute) => attribute.name.startsWith('on')),
    );
    const addresses = [...document.querySelectorAll('a[href], form[action]')].filter((element) => {
      const address = element.getAttribute('href') ?? element.getAttribute('action') ?? '';
      return /^\s*(javascript|data|vbscript):/i.test(address);
    });
    return {
      pwned: own.pwned,
      stopped: own.stoppedByPolicy,
      elements: [...found, ...handlers, ...addresses].map((element) => element.outerHTML.slice(0, 200)),
      title: document.title,
    };
  });
}

async function isUnharmed(person: Person): Promise<void> {
  const left = await marks(person.page);
  expect(left.pwned).toBeUndefined();
  expect(left.stopped).toEqual([]);
  expect(left.elements).toEqual([]);
}

test.use({ serverEnv: { MARU_LIMITS: 'off' } });
// Each of them types a few dozen texts.
test.slow();

test('messages are words, live and as the server renders them', async ({ someone, server }) => {
  const [mal, ben] = [await someone(), await someone()];
  await Promise.all([watch(mal), watch(ben)]);
  await mal.enters(server.own('Mallory'));
  await ben.enters(server.own('Ben'));
  for (const payload of payloads) await mal.says(payload);
  await mal.isSettled();
  await ben.sees(payloads[payloads.length - 1]);
  for (const person of [mal, ben]) await isUnharmed(person);
  await ben.reloads();
  await ben.sees(payloads[0]);
  await isUnharmed(ben);
  // Every one of them is there, letter by letter but for the marks that mean something.
  const texts = await ben.timeline.innerText();
  for (const payload of payloads) expect(texts).toContain(shown.get(payload) ?? payload);
  const links = await ben.timeline.locator('a[href]:not([href^="/"])').evaluateAll((all) =>
    all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]),
  );
  for (const [href, rel] of links) {
    expect(href).toMatch(/^https?:\/\//);
    expect(rel).toContain('noopener');
  }
});

test('names of people are words', async ({ someone, server }) => {
  const ben = await someone();
  await watch(ben);
  await ben.enters(server.own('Ben'));
  const short = payloads.filter((payload) => [...payload].length <= 32);
  expect(short.length).toBeGreaterThan(8);
  for (const name of short) {
    // Some are refused as names; those that are taken are words.
    const entered = await ben.page.context().request.fetch(`${server.url}/api/enter`, {
      method: 'POST',
      headers: { origin: server.url, cookie: '' },
      form: { name, next: '' },
    });
    expect(entered.status()).toBeLessThan(500);
  }
  const mal = await someone();
  await watch(mal);
  await mal.enters(server.own('<img src=x onerror=pwned=1>'));
  await mal.says('누구게요');
  await ben.sees('누구게요');
  await expect(ben.messages('누구게요')).toContainText('<img src=x onerror=pwned=1>');
  for (const person of [mal, ben]) {
    await isUnharmed(person);
    await person.reloads();
    await person.sees('누구게요');
    await isUnharmed(person);
  }
  for (const page of ['/s/maru/-/people', '/s/maru/-/direct']) {
    await ben.page.goto(page);
    await expect(ben.page.getByText('<img src=x onerror=pwned=1>').first()).toBeVisible();
    await isUnharmed(ben);
  }
});

test('names and topics of rooms are words', async ({ someone, server }) => {
  const [mal, ben] = [await someone(), await someone()];
  await Promise.all([watch(mal), watch(ben)]);
  await mal.enters(server.own('Mallory'));
  await ben.enters(server.own('Ben'));
  const made: string[] = [];
  for (const [place, payload] of payloads.entries()) {
    const name = [...payload].slice(0, 40).join('').trim();
    const response = await mal.page.context().request.post(`${server.url}/api/create_room`, {
      headers: { origin: server.url },
      form: { space: 'maru', name, topic: payload.slice(0, 200), kind: 'public' },
    });
    // Two of them begin alike.
    if (response.ok()) made.push(name);
    else expect(response.status(), `${place}: ${payload}`).toBe(409);
  }
  expect(made.length).toBeGreaterThan(30);
  await mal.reloads();
  for (const name of made.slice(0, 5)) await expect(mal.roomList.getByText(name, { exact: true }).first()).toBeVisible();
  await isUnharmed(mal);
  for (const name of made.filter((_, place) => place % 5 === 0)) {
    await mal.roomList.getByText(name, { exact: true }).first().click();
    await expect(mal.page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
    await isUnharmed(mal);
    await ben.goes(`/s/maru/${encodeURIComponent(name)}`);
    await isUnharmed(ben);
    expect((await marks(ben.page)).title).toContain(name);
  }
  // The list of all rooms is a page without script.
  await ben.page.goto('/s/maru/-/rooms');
  for (const name of made) await expect(ben.page.getByText(name, { exact: true }).first()).toBeVisible();
  await isUnharmed(ben);
});

test('what a refused form gives back is words', async ({ someone, server }) => {
  const mal = await someone();
  await watch(mal);
  for (const payload of payloads) {
    const query = new URLSearchParams({
      __path: '/api/enter',
      __err: JSON.stringify({ code: 'invalid', field: 'name', reason: payload }),
      name: payload,
      next: payload,
    });
    await mal.page.goto(`/enter?${query}`);
    await isUnharmed(mal);
  }
});
