import { expect, test } from '../fixtures.ts';
import type { Person } from '../person.ts';
import { words } from '../words.ts';

const picker = (person: Person) => person.page.getByRole('dialog', { name: person.words.pickEmoji });

async function opensPicker(person: Person, text: string): Promise<void> {
  await (await person.pointsAt(text)).getByRole('button', { name: person.words.react, exact: true }).click();
  await expect(picker(person).getByRole('gridcell').first()).toBeVisible();
}

test('any emoji is found in both languages, chosen by keyboard, and first among those used last', async ({ enter, server }) => {
  const haeun = await enter('하은');
  const text = server.own('국수 먹자');
  const asked: string[] = [];
  haeun.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await haeun.says(text);
  await haeun.isSettled();
  expect(asked).not.toContain('/emoji.json');
  await opensPicker(haeun, text);
  expect(asked.filter((path) => path === '/emoji.json')).toHaveLength(1);

  const search = picker(haeun).getByRole('searchbox', { name: haeun.words.findEmoji });
  await expect(search).toBeFocused();
  await search.fill('ramen');
  await expect(picker(haeun).getByRole('gridcell', { name: /국수|라면|뜨거운/ }).first()).toBeVisible();
  await search.fill('엄지');
  await haeun.page.keyboard.press('ArrowDown');
  await expect(picker(haeun).getByRole('gridcell').first()).toBeFocused();
  await haeun.page.keyboard.press('Enter');
  await expect(picker(haeun)).toBeHidden();
  await expect(haeun.reactions(text).getByRole('button', { name: /^👍 1: / })).toBeVisible();
  // The focus is where it came from.
  await expect(haeun.messages(text).getByRole('button', { name: haeun.words.react, exact: true })).toBeFocused();

  await haeun.page.keyboard.press('Enter');
  await picker(haeun).getByRole('tab', { name: haeun.words.emojiRecent }).click();
  await expect(picker(haeun).getByRole('searchbox')).toHaveValue('');
  await expect(picker(haeun).getByRole('gridcell')).toHaveText(['👍']);
  await picker(haeun).getByRole('tab', { name: haeun.words.emojiFood }).click();
  await picker(haeun).getByRole('gridcell', { name: '포도' }).click();
  await expect(haeun.reactions(text).getByRole('button', { name: /^🍇 1: / })).toBeVisible();
  expect(asked.filter((path) => path === '/emoji.json')).toHaveLength(1);
});

test('Escape closes the picker and gives the focus back', async ({ enter, server }) => {
  const haeun = await enter('하은');
  const text = server.own('그대로');
  await haeun.says(text);
  await haeun.isSettled();
  await opensPicker(haeun, text);
  await haeun.page.keyboard.press('Escape');
  await expect(picker(haeun)).toBeHidden();
  await expect(haeun.messages(text).getByRole('button', { name: haeun.words.react, exact: true })).toBeFocused();
});

for (const lang of ['ko', 'en'] as const) {
  test(`after the reactions of a message one more is picked, and the focus stays there: ${lang}`, async ({ someone, server }) => {
    const person = await someone({ locale: lang === 'ko' ? 'ko-KR' : 'en-US' });
    person.words = words[lang];
    await person.enters(server.own('하은'));
    const text = server.own('하나 더');
    await person.says(text);
    await person.isSettled();
    const add = person.reactions(text).getByRole('button', { name: person.words.addReaction, exact: true });
    await expect(add).toHaveCount(0);
    await person.reacts(text, '👍');
    await expect(person.chips(text)).toHaveCount(1);
    await person.composer.focus();
    await add.click();
    await picker(person).getByRole('searchbox').fill('grape');
    await person.page.keyboard.press('ArrowDown');
    await person.page.keyboard.press('Enter');
    await expect(picker(person)).toBeHidden();
    await expect(person.chips(text)).toHaveCount(2);
    await expect(person.reactions(text).getByRole('button', { name: /^🍇 1: / })).toBeVisible();
    await expect(add).toBeFocused();
  });
}

test('a finger that stays on a message opens all that can be done with it', async ({ enter, server }) => {
  const haeun = await enter('하은', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const text = server.own('손끝으로');
  await haeun.says(text);
  await haeun.isSettled();
  const box = (await haeun.messages(text).getByText(text).boundingBox())!;
  const client = await haeun.page.context().newCDPSession(haeun.page);
  const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  const menu = haeun.page.getByRole('dialog', { name: haeun.words.messageMenu });
  await expect(menu).toBeVisible();
  await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect(menu).toBeVisible();
  for (const button of await menu.getByRole('button').all()) {
    const box = await button.boundingBox();
    if (box && box.width > 1) expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
  }
  await menu.getByRole('button', { name: haeun.words.react, exact: true }).tap();
  await picker(haeun).getByRole('gridcell').nth(2).tap();
  await expect(haeun.chips(text)).toHaveCount(1);
});
