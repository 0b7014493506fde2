// What a message's text becomes on the page: marks, code, spoilers, links; and what hostile texts become.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../fixtures.ts';
import { seed } from '../seed.ts';

const room = '마루';
const sample = [
  '**굵게** *기울여* ~~지움~~ `코드` ||몰래||',
  '> 인용한 말\n\n- [x] 다 한 일\n- [ ] 할 일\n\n1. 하나\n2. 둘',
  '```rust\nfn main() {\n    println!("안녕"); // 인사\n}\n```',
  '[은행](https://evil.example) [bank.example](https://evil.example/a)',
  '🎉🎉',
];

test.use({ serverEnv: { MARU_LIMITS: 'off' } });

test('marks become elements, live and after a reload alike', async ({ enter }) => {
  const person = await enter('하은');
  for (const text of sample) {
    await person.composer.fill(text);
    await person.composer.press('Enter');
  }
  await person.isSettled();
  const html = () =>
    person.timeline.locator('.prose').evaluateAll((all) =>
      all.map((one) => [...one.querySelectorAll('*')].map((element) => element.tagName).join(' ')),
    );
  await expect(person.timeline.locator('pre .k').first()).toHaveText('fn');
  const live = await html();
  expect(live[0]).toBe('P STRONG EM S CODE SPAN BUTTON SPAN');
  expect(live).toHaveLength(sample.length);
  await person.reloads();
  await expect(person.timeline.locator('pre .k').first()).toHaveText('fn');
  expect(await html()).toEqual(live);
  await expect(person.timeline.locator('.prose--large')).toHaveText('🎉🎉');
  // A link whose words are another address says where it leads.
  await expect(person.timeline.getByRole('link', { name: 'bank.example' })).toContainText('(https://evil.example/a)');
  await expect(person.timeline.getByRole('link', { name: '은행' })).toHaveAttribute('rel', /noopener/);
});

test('a spoiler opens by keyboard and by pointer, and its words cannot be reached before', async ({ enter }) => {
  const person = await enter('하은');
  await person.composer.fill('범인은 ||집사 [그 사람](https://a.example)||');
  await person.composer.press('Enter');
  await person.isSettled();
  const cover = person.timeline.getByRole('button', { name: '가려 둔 글 보기' });
  await expect(cover).toHaveAttribute('aria-expanded', 'false');
  const hidden = person.timeline.locator('.spoiler [inert] a');
  await expect(hidden).toHaveCount(1);
  await cover.focus();
  await person.page.keyboard.press('Enter');
  await expect(cover).toHaveAttribute('aria-expanded', 'true');
  await expect(hidden).toHaveCount(0);
  await person.page.keyboard.press('Space');
  await expect(cover).toHaveAttribute('aria-expanded', 'false');
  await person.timeline.locator('.spoiler').click();
  await expect(cover).toHaveAttribute('aria-expanded', 'true');
});

test('code is copied letter by letter, and the button says so', async ({ enter }) => {
  const person = await enter('하은');
  await person.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await person.composer.fill('```js\nconst a = "가";\n\n  b();\n```');
  await person.composer.press('Enter');
  await person.isSettled();
  await person.timeline.getByRole('button', { name: '복사', exact: true }).click();
  await expect(person.timeline.getByRole('button', { name: '복사했어요' })).toBeVisible();
  expect(await person.page.evaluate(() => navigator.clipboard.readText())).toBe('const a = "가";\n\n  b();');
  await expect(person.timeline.getByRole('button', { name: '복사', exact: true })).toBeVisible({ timeout: 10_000 });
});

test('a name that somebody here has is called, and one’s own stands out', async ({ enter, server }) => {
  const [ann, ben] = [await enter('Ann'), await enter('Ben')];
  await ann.says('첫 글');
  await ben.sees('첫 글');
  await ben.says(`@${ann.name}에게, 그리고 @nobody`);
  await expect(ann.timeline.locator('.mention--me')).toHaveText(`@${ann.name}`, { timeout: 30_000 });
  await expect(ben.timeline.locator('.mention')).toHaveText([`@${ann.name}`]);
  await expect(ben.timeline.locator('.mention--me')).toHaveCount(0);
  await ann.says(`/me 손을 ${server.own('흔들어요')}`);
  await expect(ben.timeline.locator('.prose--action')).toHaveText(`${ann.name} 손을 ${server.own('흔들어요')}`, { timeout: 30_000 });
});

test('the address of a room here is called after the room, and stays in the page', async ({ enter, server }) => {
  const person = await enter('하은');
  const path = new URL(person.page.url()).pathname;
  await person.composer.fill(`${server.url}${path} ${server.url}${path}/1 ${server.url}/s/nowhere/x`);
  await person.composer.press('Enter');
  await person.isSettled();
  const links = person.timeline.locator('.prose a');
  await expect(links.nth(0)).toHaveText(`#${room}`);
  await expect(links.nth(1)).toHaveText(`#${room}의 글`);
  await expect(links.nth(2)).toHaveText(`${server.url}/s/nowhere/x`);
  await expect(links.nth(0)).not.toHaveAttribute('target', '_blank');
});

// Every kind of text that breaks layouts and programs.
const hostile: string[] = [
  '> '.repeat(3_999) + 'a',
  '*'.repeat(8_000),
  '||'.repeat(2_000) + 'a' + '||'.repeat(1_999),
  '['.repeat(4_000) + '](https://a.b)',
  '```'.repeat(2_000),
  '```\n끝나지 않은\n'.repeat(300),
  '- '.repeat(3_999) + 'a',
  'W'.repeat(8_000),
  '가'.repeat(8_000),
  '`' + 'W'.repeat(7_000) + '`',
  '```\n' + 'W'.repeat(7_000) + '\n```',
  `https://a.example/${'a'.repeat(7_000)}`,
  `[${'W'.repeat(7_000)}](https://a.example)`,
  '🎉'.repeat(500),
  '👩‍👩‍👧‍👦'.repeat(500),
  'a\u0301\u0302\u0303\u0304'.repeat(1_500),
  '\u200b\u200c\u200d'.repeat(500) + 'a',
  'שלום עולם ||שלום|| `שלום` **مرحبا**',
  '[javascript:alert(1)](javascript:alert(1)) [a](data:text/html,<script>window.pwned=1</script>) <javascript:window.pwned=1>',
];

for (const width of [390, 1440]) {
  test(`hostile texts are shown safely, and nothing scrolls sideways at ${width} px`, async ({ enter, server }) => {
    test.slow();
    const person = await enter('Mallory', { viewport: { width, height: 844 } });
    const stopped: string[] = [];
    person.page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) stopped.push(message.text());
    });
    await seed(person.page.context(), server.url, room, hostile);
    await expect(person.timeline.getByRole('article')).toHaveCount(hostile.length, { timeout: 30_000 });
    const looks = async () => {
      const aside = await person.page.evaluate(() => {
        const [root, log] = [document.scrollingElement!, document.querySelector('[role=log]')!];
        return [root.scrollWidth - root.clientWidth, log.scrollWidth - log.clientWidth];
      });
      expect(aside).toEqual([0, 0]);
      const depth = await person.page.evaluate(() => {
        const depthOf = (element: Element): number => 1 + Math.max(0, ...[...element.children].map(depthOf));
        return Math.max(...[...document.querySelectorAll('.prose')].map(depthOf));
      });
      expect(depth).toBeLessThan(20);
      expect(await person.page.evaluate(() => (window as unknown as { pwned?: unknown }).pwned)).toBeUndefined();
      const links = await person.timeline.locator('.prose a').evaluateAll((all) => all.map((a) => a.getAttribute('href')!));
      for (const link of links) expect(link).toMatch(/^https:\/\//);
    };
    await looks();
    await person.reloads();
    await looks();
    expect(stopped).toEqual([]);
  });
}

test('writing from right to left turns its own message and no other', async ({ enter, server }) => {
  const person = await enter('Mallory');
  await person.says('(שלום) https://a.example/ `c` **עולם**');
  await person.says(server.own('after'));
  await person.isSettled();
  const directions = await person.timeline.locator('.prose p').evaluateAll((all) =>
    all.map((p) => getComputedStyle(p).direction),
  );
  expect(directions).toEqual(['rtl', 'ltr']);
  const [bubble, time] = await person.messages(server.own('after')).evaluate((row) => {
    const left = (selector: string) => row.querySelector(selector)!.getBoundingClientRect().left;
    return [left('.bubble'), left('time')];
  });
  // One's own bubble stands at the end, and its time before it.
  expect(time).toBeLessThan(bubble);
});

test('marks that override the direction of writing are refused, and the text is kept', async ({ enter }) => {
  const person = await enter('Mallory');
  const text = 'invoice\u202egpj.exe';
  await person.says(text);
  await expect(person.composer).toHaveValue(text);
  await expect(person.timeline.getByRole('article')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`prose is within WCAG 2.2 AA, ${colorScheme}`, async ({ enter, server }) => {
    const person = await enter('하은', { colorScheme, reducedMotion: 'reduce' });
    const other = await enter('Ben');
    for (const who of [person, other]) await seed(who.page.context(), server.url, room, sample);
    await expect(person.timeline.locator('pre .k')).toHaveCount(2, { timeout: 30_000 });
    const { violations } = await new AxeBuilder({ page: person.page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
  });
}
