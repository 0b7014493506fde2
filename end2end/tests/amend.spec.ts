import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../fixtures.ts';
import { Person } from '../person.ts';

test('an edit, a deletion and a reaction are seen by others at once, and after a reload', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const [first, better, secret] = ['배포는 5시', '배포는 6시', '비밀번호는 0000'].map((text) => server.own(text));
  await haeun.says(first);
  await haeun.says(secret);
  await haeun.isSettled();
  await ben.sees(first);
  await ben.sees(secret);

  await haeun.edits(first, better);
  await ben.sees(better);
  await expect(ben.messages(better)).toContainText(ben.words.edited);
  await expect(ben.messages(first)).toHaveCount(0);

  await ben.reacts(better, '👍');
  await haeun.reacts(better, '👍');
  const chip = (person: Person) => person.reactions(better).getByRole('button', { name: /^👍 2: / });
  await expect(chip(haeun)).toHaveAttribute('aria-pressed', 'true');
  await expect(chip(haeun)).toHaveAccessibleName(/나, Ben/);
  await expect(chip(ben)).toHaveAccessibleName(/나, 하은/);
  await ben.chips(better).click();
  await expect(haeun.reactions(better).getByRole('button', { name: /^👍 1: / })).toBeVisible();

  await haeun.deletes(secret);
  await Promise.all([haeun.seesGone(1), ben.seesGone(1)]);
  await expect(ben.page.getByText(secret)).toHaveCount(0);

  await haeun.isSettled();
  for (const person of [haeun, ben]) {
    await person.reloads();
    await person.sees(better);
    await expect(person.messages(better)).toContainText(person.words.edited);
    await expect(person.reactions(better).getByRole('button', { name: /^👍 1: / })).toBeVisible();
    await person.seesGone(1);
    await expect(person.page.getByText(secret)).toHaveCount(0);
  }
});

test('one changes what is one’s own; the owner of a room deletes what others said', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = server.own('여름 출시');
  await haeun.makesRoom(room);
  await haeun.says('owner');
  await joins(ben, room);
  await ben.says('guest');
  await haeun.sees('guest');

  const of = await ben.pointsAt('owner');
  await expect(of.getByRole('button', { name: ben.words.editIt })).toHaveCount(0);
  const menu = await ben.opensMenu('owner');
  await expect(menu.getByRole('button', { name: ben.words.copyText })).toBeVisible();
  await expect(menu.getByRole('button', { name: ben.words.deleteIt })).toHaveCount(0);
  await ben.page.keyboard.press('Escape');
  await expect(of.getByRole('button', { name: ben.words.more })).toBeFocused();
  const over = await haeun.pointsAt('guest');
  await expect(over.getByRole('button', { name: haeun.words.editIt })).toHaveCount(0);

  await haeun.deletesOthers('guest');
  await ben.seesGone(1);
  await expect(ben.messages('guest')).toHaveCount(0);
});

test('every earlier text is shown, and a deletion can be taken back while nobody else has seen it', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const [first, second, third] = ['하나', '둘', '셋'].map((text) => server.own(text));
  await haeun.says(first);
  await ben.sees(first);
  await haeun.edits(first, second);
  await haeun.edits(second, third);
  await ben.sees(third);
  await ben.messages(third).getByRole('button', { name: ben.words.edited }).click();
  const texts = ben.page.getByRole('dialog', { name: ben.words.earlier });
  await expect(texts.getByRole('listitem')).toHaveCount(3);
  for (const [at, text] of [first, second, third].entries()) {
    await expect(texts.getByRole('listitem').nth(at)).toContainText(text);
  }
  await ben.page.keyboard.press('Escape');
  await expect(texts).toBeHidden();

  await haeun.deletes(third);
  await expect(haeun.messages(third)).toHaveCount(0);
  await haeun.timeline.getByRole('button', { name: haeun.words.undo }).click();
  await haeun.sees(third);
  await haeun.says(server.own('그 뒤'));
  await ben.sees(server.own('그 뒤'));
  await ben.sees(third);
});

test('a link to a message is copied, by the menu and by its key', async ({ enter, server }) => {
  const haeun = await enter('하은');
  await haeun.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const text = server.own('여기예요');
  await haeun.says(text);
  await haeun.isSettled();
  await (await haeun.opensMenu(text)).getByRole('button', { name: haeun.words.copyLink }).click();
  await expect(haeun.page.getByText(haeun.words.copied)).toBeVisible();
  const copied = () => haeun.page.evaluate(() => navigator.clipboard.readText());
  expect(await copied()).toMatch(new RegExp(`^${server.url}/s/.+/\\d+$`));
  await (await haeun.opensMenu(text)).getByRole('button', { name: haeun.words.copyText }).click();
  await expect.poll(copied).toBe(text);
  await haeun.messages(text).focus();
  await haeun.page.keyboard.press('l');
  await expect.poll(copied).toMatch(/^http/);
  await haeun.page.keyboard.press('r');
  await expect(haeun.composer).toBeFocused();
  await expect(haeun.page.getByText(haeun.words.replyingTo(haeun.name))).toBeVisible();
});

test('who was away gets the edits and deletions of that time', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const [kept, changed, taken] = ['남는 글', '바뀔 글', '지울 글'].map((text) => server.own(text));
  for (const text of [kept, changed, taken]) await haeun.says(text);
  for (const text of [kept, changed, taken]) await ben.sees(text);
  ben.expectsOutage();
  await ben.page.context().setOffline(true);
  await expect(ben.page.getByText(ben.words.offline)).toBeVisible({ timeout: 20_000 });

  await haeun.edits(changed, server.own('바뀐 글'));
  await haeun.deletes(taken);
  await haeun.seesGone(1);
  await haeun.reacts(kept, '🎉');
  await haeun.isSettled();
  // What the one who is away does meanwhile shows at once, and goes out afterwards.
  await ben.reacts(kept, '❤️');
  await expect(ben.reactions(kept).getByRole('button', { name: /^❤️ 1: / })).toBeVisible();

  await ben.page.context().setOffline(false);
  await ben.sees(server.own('바뀐 글'));
  await ben.seesGone(1);
  await expect(ben.messages(taken)).toHaveCount(0);
  for (const person of [haeun, ben]) {
    await expect(person.chips(kept)).toHaveCount(2, { timeout: 15_000 });
  }
});

test('an edit is cancelled by Escape, refused when empty, and changes nothing when nothing changed', async ({ enter, server }) => {
  const haeun = await enter('하은');
  const text = server.own('그대로');
  await haeun.says(text);
  await haeun.isSettled();
  await haeun.composer.press('ArrowUp');
  await expect(haeun.editor).toBeFocused();
  await haeun.editor.fill('  ');
  await haeun.editor.press('Enter');
  await expect(haeun.timeline.getByText(haeun.words.blank)).toBeVisible();
  await haeun.editor.press('Escape');
  await expect(haeun.editor).toHaveCount(0);
  await haeun.edits(text, text);
  await expect(haeun.editor).toHaveCount(0);
  await haeun.edits(text, `${text}\n<b>둘째 줄</b>`);
  await expect(haeun.timeline.getByText('<b>둘째 줄</b>')).toBeVisible();
});

test('what is unread is counted in the list and in the title, and read on all of one’s devices', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은'), enter('Ben')]);
  const room = server.own('여름 출시');
  const first = await ben.page.getByRole('heading', { level: 1 }).innerText();
  await haeun.makesRoom(room);
  await joins(ben, room);
  await ben.says('hello');
  await haeun.sees('hello');
  const other = new Person(await haeun.page.context().newPage(), server);
  await haeun.opens(first);
  await other.goes(new URL(haeun.page.url()).pathname);
  const devices = [haeun, other];
  for (const device of devices) await expect(device.roomLink(room)).not.toContainText(device.words.unread(1));

  await ben.says('one');
  await ben.says('two');
  for (const device of devices) {
    await expect(device.roomLink(room)).toContainText(device.words.unread(2));
    await expect(device.page).toHaveTitle(new RegExp(`^\\(2\\) ${first}`));
  }
  await ben.says(`@${haeun.name} three`);
  for (const device of devices) await expect(device.roomLink(room)).toContainText(device.words.mentions(1));
  // The count is the server's as well: a new page has it before any socket is open.
  await other.reloads();
  await expect(other.roomLink(room)).toContainText(other.words.mentions(1));

  await haeun.page.bringToFront();
  await haeun.opens(room);
  await haeun.sees('two');
  for (const device of devices) {
    await expect(device.roomLink(room)).not.toContainText(/새 글|부른 글/, { timeout: 3_000 });
    await expect(device.page).not.toHaveTitle(/^\(/);
  }
  await other.reloads();
  await expect(other.roomLink(room)).not.toContainText(/새 글|부른 글/);
  expect(other.complaints).toEqual([]);
});

test('what is above the fold of whoever reads further up stays unread until they are at the end', async ({ enter, server }) => {
  const [haeun, ben] = await Promise.all([enter('하은', { viewport: { width: 900, height: 500 } }), enter('Ben')]);
  const texts = Array.from({ length: 20 }, (_, at) => server.own(`글 ${at}`));
  for (const text of texts) await ben.says(text);
  await haeun.sees(texts[19]);
  const room = await haeun.page.getByRole('heading', { level: 1 }).innerText();
  await expect(haeun.roomLink(room)).not.toContainText(/새 글/, { timeout: 3_000 });
  await haeun.timeline.evaluate((log) => log.scrollTo(0, 0));
  await expect.poll(() => haeun.timeline.evaluate((log) => log.scrollTop)).toBeLessThan(10);
  await ben.says(server.own('나중 글'));
  await expect(haeun.roomLink(room)).toContainText(haeun.words.unread(1));
  await haeun.timeline.evaluate((log) => log.scrollTo(0, log.scrollHeight));
  await expect(haeun.roomLink(room)).not.toContainText(/새 글/);
});

test('by keyboard alone: into a row, along its bar, edit, delete, and out again', async ({ enter, server }) => {
  const haeun = await enter('하은');
  const [first, last] = ['첫 글', '끝 글'].map((text) => server.own(text));
  await haeun.says(first);
  await haeun.says(last);
  await haeun.isSettled();
  const { keyboard } = haeun.page;
  await haeun.timeline.focus();
  await keyboard.press('Tab');
  await expect(haeun.messages(last)).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(haeun.messages(first)).toBeFocused();
  await keyboard.press('Tab');
  await expect(haeun.page.getByRole('button', { name: haeun.words.reactWith('👍') })).toBeFocused();
  await keyboard.press('Enter');
  await expect(haeun.chips(first)).toBeVisible();
  await keyboard.press('Escape');
  await expect(haeun.messages(first)).toBeFocused();

  const more = haeun.messages(first).getByRole('toolbar').getByRole('button', { name: haeun.words.more });
  await more.focus();
  await keyboard.press('Enter');
  const menu = haeun.page.getByRole('dialog', { name: haeun.words.messageMenu });
  await expect(menu).toBeVisible();
  await keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(more).toBeFocused();
  await keyboard.press('Enter');
  await menu.getByRole('button', { name: haeun.words.deleteIt, exact: true }).focus();
  await keyboard.press('Enter');
  await expect(haeun.timeline.getByText(haeun.words.deleting)).toBeVisible();
  await expect(haeun.page.getByText(first, { exact: true })).toHaveCount(0);
  await keyboard.press('Tab');
  await expect(haeun.timeline.getByRole('button', { name: haeun.words.undo })).toBeFocused();
  await keyboard.press('Enter');
  await expect(haeun.messages(first)).toBeFocused();
  await more.focus();
  await keyboard.press('Enter');
  await menu.getByRole('button', { name: haeun.words.deleteIt, exact: true }).focus();
  await keyboard.press('Enter');
  await haeun.seesGone(1);
  await keyboard.press('ArrowDown');
  await expect(haeun.messages(last)).toBeFocused();
  await keyboard.press('Escape');
  await expect(haeun.composer).toBeFocused();
});

test('by touch: a tap on a message shows its bar, with room for a finger', async ({ enter, server }) => {
  const haeun = await enter('하은', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const text = server.own('손끝으로');
  await haeun.says(text);
  await haeun.isSettled();
  await haeun.messages(text).getByText(text).tap();
  const bar = haeun.messages(text).getByRole('toolbar');
  for (const button of await bar.getByRole('button').all()) {
    const box = (await button.boundingBox())!;
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
  }
  await bar.getByRole('button', { name: haeun.words.reactWith('🎉') }).tap();
  await expect(haeun.reactions(text).getByRole('button', { name: /^🎉 1: / })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`messages with all that can become of them are within WCAG 2.2 AA, ${colorScheme}`, async ({ enter, server }) => {
    const options = { colorScheme, reducedMotion: 'reduce' } as const;
    const [haeun, ben] = [await enter('하은', options), await enter('Ben', options)];
    const room = server.own('여름 출시');
    await ben.says(`@${haeun.name} elsewhere`);
    await ben.makesRoom(room);
    await joins(haeun, room);
    await haeun.says('mine');
    await haeun.says('to go');
    await ben.says('yours');
    await haeun.sees('yours');
    await haeun.edits('mine', 'mine, better');
    await ben.reacts('mine, better', '👍');
    await ben.reacts('yours', '🎉');
    await haeun.reacts('yours', '🎉');
    await expect(ben.reactions('yours').getByRole('button', { name: /^🎉 2/ })).toBeVisible();
    await haeun.deletes('to go');
    await ben.seesGone(1);
    for (const density of [ben.words.bubbles, ben.words.compact]) {
      await haeun.page.getByRole('button', { name: haeun.words.me }).click();
      await haeun.page.getByRole('button', { name: density }).click();
      await haeun.page.keyboard.press('Escape');
      await haeun.pointsAt('mine, better');
      await expectNoViolations(haeun);
    }
    await haeun.composer.press('ArrowUp');
    await expect(haeun.editor).toBeFocused();
    await expectNoViolations(haeun);
    await haeun.editor.press('Escape');
    const menu = await haeun.opensMenu('mine, better');
    await expectNoViolations(haeun);
    await menu.getByRole('button', { name: haeun.words.reply }).click();
    await expectNoViolations(haeun);
    await haeun.says('an answer to it');
    await haeun.timeline.getByRole('button', { name: haeun.words.edited }).first().click();
    await expect(haeun.page.getByRole('dialog', { name: haeun.words.earlier })).toBeVisible();
    await expectNoViolations(haeun);
    await haeun.page.keyboard.press('Escape');
    await (await haeun.pointsAt('yours')).getByRole('button', { name: haeun.words.react, exact: true }).click();
    await expect(haeun.page.getByRole('gridcell').first()).toBeVisible();
    await expectNoViolations(haeun);
  });
}

/** Opens a room that somebody made, and goes in. */
async function joins(person: Person, room: string): Promise<void> {
  await person.opens(room);
  await person.page.getByRole('button', { name: person.words.join }).click();
  await expect(person.composer).toBeVisible();
}

async function expectNoViolations({ page }: Person): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}
