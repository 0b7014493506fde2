// The pictures of the README and the handbook: PICTURES=1 npx playwright test pictures

import { join } from 'node:path';
import { expect, needsOwnServer, test } from '../fixtures.ts';
import { words } from '../words.ts';

needsOwnServer();

const folder = join(import.meta.dirname, '../../docs/pictures');
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const talk = {
  ko: [
    ['하은', '좋은 아침이에요! 오늘 여름 출시 준비 마무리하는 날이에요 ☀️'],
    ['Ben Carter', 'Morning! The restore drill went fine: 42 seconds from an empty disk.'],
    ['이도현', '42초면 충분하네요 👏'],
    ['이도현', '저는 첫 화면 문구를 다듬고 있어요.\n“모두 여기 모였어요”로 시작하면 어떨까요?'],
    ['하은', '좋아요. 짧고 따뜻해요.'],
    ['Ben Carter', 'And script/serve works on a fresh laptop — two commands, that is all.'],
    ['이도현', '점심 먹고 한 번 더 돌려 볼게요 🍚'],
  ],
  en: [
    ['Ana Souza', 'Good morning! Today we wrap up the summer release ☀️'],
    ['하은', '좋은 아침이에요! 포스터 시안 올려 둘게요.'],
    ['Ben Carter', 'Nice. The restore drill went fine: 42 seconds from an empty disk.'],
    ['Ben Carter', 'I am polishing the first words of the page.\nHow about “Everyone’s here.”?'],
    ['Ana Souza', 'Short and warm. Take it.'],
    ['하은', 'script/serve 한 줄이면 끝이네요 👏'],
    ['Ben Carter', 'I will run it once more after lunch 🍚'],
  ],
} as const;
const rooms = { ko: ['개발', '여름 출시', '점심'], en: ['design review', 'lunch', 'release'] };

for (const lang of ['ko', 'en'] as const) {
  test.describe(lang, () => {
    test.use({
      locale: lang === 'ko' ? 'ko-KR' : 'en-US',
      serverEnv: lang === 'ko' ? {} : { MARU_SPACE_NAME: 'Hanmaru Studio', MARU_FIRST_ROOM: 'hall' },
    });

    test('pictures', async ({ someone }) => {
      test.setTimeout(180_000);
      const people = new Map<string, Awaited<ReturnType<typeof someone>>>();
      for (const name of new Set(talk[lang].map(([who]) => who))) {
        const person = await someone({ reducedMotion: 'reduce' });
        person.words = words[lang];
        await person.enters(name);
        people.set(name, person);
      }
      const me = people.get(talk[lang][2][0])!;
      for (const room of rooms[lang]) await me.makesRoom(room);
      await me.goes('/');
      for (const [who, text] of talk[lang]) {
        const person = people.get(who)!;
        await person.says(text);
        await person.isSettled();
      }
      await expect(me.timeline.locator('article')).toHaveCount(talk[lang].length);
      await expect(me.page.locator('.seen')).toContainText(me.words.seenBy(people.size - 1), { timeout: 30_000 });
      const outside = await someone({ reducedMotion: 'reduce' });
      outside.words = words[lang];
      await outside.goes('/');

      for (const viewport of sizes) {
        for (const colorScheme of ['light', 'dark'] as const) {
          for (const [name, { page }] of [['room', me], ['doorway', outside]] as const) {
            await page.setViewportSize(viewport);
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            await page.screenshot({ path: join(folder, `${name}-${lang}-${colorScheme}-${viewport.width}.png`) });
          }
        }
      }
    });
  });
}
