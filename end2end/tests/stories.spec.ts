// The page of stories: the states of the components beside each other, which tests and eyes look at.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../fixtures.ts';

for (const theme of ['light', 'dark'] as const) {
  for (const contrast of ['no-preference', 'more'] as const) {
    test(`every story is within WCAG 2.2 AA, ${theme}, contrast: ${contrast}`, async ({ someone }) => {
      const person = await someone({ contrast, reducedMotion: 'reduce' });
      await person.page.goto(`/stories?theme=${theme}`);
      await expect(person.page.getByRole('heading', { level: 2 })).not.toHaveCount(0);
      await expect(person.page.getByText('보내는 중인 글').first()).toBeVisible();
      await expect(person.page.getByText('보내지 못한 글').first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page: person.page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        // The same component stands here several times, each with the ids of its one place in a room.
        .disableRules(['duplicate-id-aria'])
        .analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
      const aside = await person.page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth);
      expect(aside).toBeLessThanOrEqual(0);
    });
  }
}
