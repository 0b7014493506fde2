// Writes public/emoji.json: every emoji with its names in English and Korean. Run it by hand, when there are new ones.
//   npm pack emojibase-data && tar xzf emojibase-data-*.tgz && node script/emoji.mjs package
//
// The names are those of Unicode CLDR (Unicode License V3) and of GitHub's gemoji (MIT), as emojibase-data
// (MIT, © Miles Johnson) puts them together; see docs/credits.md.
//
// One row a line, so that the page finds its way through the file without a parser of objects:
//   ["👍","thumbsup +1 good","올린_엄지 좋아요",1]
// The emoji; words in English, of which the first is its name; words in Korean, likewise; its group.
import { readFileSync, writeFileSync } from 'node:fs';

/** Newer ones are not drawn by most devices yet. */
const NEWEST = 15.1;
/** emojibase's groups in the order of the tabs; its components (2) are not emoji of their own. */
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9];
/** So many further words of an emoji are kept, and no more letters than this. */
const WORDS = 5;
const LETTERS = { en: 30, ko: 13 };

const folder = process.argv[2];
const read = (file) => JSON.parse(readFileSync(`${folder}/${file}.json`, 'utf8'));
const korean = new Map(read('ko/data').map((row) => [row.hexcode, row]));
const codes = [read('en/shortcodes/github'), read('en/shortcodes/emojibase')];

const list = (value) => (value === undefined ? [] : [value].flat());
const word = (text) => text.normalize('NFC').toLowerCase().replace(/["“”\\,.:()]/g, '').trim().replace(/\s+/g, '_');

/** The form that a keyboard would type: with the sign for colour only where it is not coloured without. */
function typed(emoji) {
  const bare = emoji.replace(/\ufe0f$/u, '');
  return /^\p{RGI_Emoji}$/v.test(bare) ? bare : emoji;
}

/** The name, then words until there are enough; none that another begins with. */
function words(all, letters) {
  const kept = [];
  for (const each of all.map(word)) {
    const length = kept.reduce((sum, held) => sum + held.length, 0);
    const is_known = kept.some((held) => held === each || held.split('_').some((part) => part.startsWith(each)));
    const is_new = /\p{L}|^[+-]1$/u.test(each) && !is_known;
    if (is_new && (kept.length === 0 || (kept.length <= WORDS && length + each.length <= letters))) kept.push(each);
  }
  return kept.join(' ');
}

const rows = read('en/data')
  .filter((row) => GROUPS.includes(row.group) && row.version <= NEWEST && !row.label.includes('facing right'))
  .sort((a, b) => a.order - b.order)
  .map((row) => {
    const other = korean.get(row.hexcode);
    const names = codes.flatMap((all) => list(all[row.hexcode])).sort((a, b) => Number(/^\W/.test(a)) - Number(/^\W/.test(b)));
    // Of several names the first is the one that says the most without being a sentence.
    const en = words([...names, ...(row.tags ?? []), row.label], LETTERS.en);
    const ko = words([other.label, ...(other.tags ?? [])], LETTERS.ko);
    return JSON.stringify([typed(row.emoji), en, ko, GROUPS.indexOf(row.group)]);
  });
writeFileSync('public/emoji.json', `[\n${rows.join(',\n')}\n]\n`);

// What browsers keep is named by what is in it; src/client/emoji.rs says this number, and a test holds it to it.
const bytes = readFileSync('public/emoji.json');
const sum = bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
console.log(`${rows.length} emoji, ${bytes.length} bytes, VERSION ${sum.toString(16)}`);
