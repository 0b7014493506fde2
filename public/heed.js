// The browser's part of being told: the icon of the tab, notifications and a tone. What there is to tell, the page
// says by pushing onto `maruHeed`; what of it somebody wants, they chose on the settings page of this browser.
(() => {
  const KEY = 'maru.heed';
  const prefs = () => {
    try { return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}; } catch { return {}; }
  };
  const keep = (change) => {
    try { localStorage.setItem(KEY, JSON.stringify({ ...prefs(), ...change })); } catch { /* nothing is kept */ }
  };
  const canTell = 'Notification' in window;
  const isOn = () => canTell && prefs().on === true && Notification.permission === 'granted';

  // --- one tab of several tells ---

  let isTeller = !navigator.locks;
  navigator.locks?.request(KEY, () => {
    isTeller = true;
    return new Promise(() => {});
  }).catch(() => {});

  // --- the icon of the tab ---

  const icon = document.querySelector('link[rel~="icon"]');
  const plain = icon?.getAttribute('href');
  let drawing;
  let drawn = '';
  async function badge(unread, calls) {
    const sign = calls > 0 ? (calls > 9 ? '9+' : String(calls)) : unread > 0 ? '•' : '';
    if (!icon || sign === drawn) return;
    drawn = sign;
    if (!sign) return icon.setAttribute('href', plain);
    drawing ??= fetch(plain).then((answer) => (answer.ok ? answer.text() : ''), () => '');
    const svg = await drawing;
    if (!svg || drawn !== sign) return;
    const mark = calls > 0
      ? `<circle cx="16.5" cy="7.5" r="7.5" fill="#f2b51d"/><text x="16.5" y="11.6" font-size="${sign.length > 1 ? 9 : 11.5}" font-family="sans-serif" font-weight="700" text-anchor="middle" fill="#231a12">${sign}</text>`
      : '<circle cx="19" cy="5" r="5" fill="#35509e"/>';
    icon.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(svg.replace('</svg>', `${mark}</svg>`))}`);
  }

  // --- a tone ---

  let audio;
  let toned = 0;
  function tone() {
    const now = Date.now();
    if (!prefs().sound || now - toned < 3000 || !window.AudioContext) return;
    toned = now;
    audio ??= new AudioContext();
    audio.resume().then(() => {
      [[659, 0], [880, 0.12]].forEach(([pitch, after]) => {
        const start = audio.currentTime + after;
        const voice = audio.createOscillator();
        const loudness = audio.createGain();
        voice.frequency.value = pitch;
        loudness.gain.setValueAtTime(0, start);
        loudness.gain.linearRampToValueAtTime(0.12, start + 0.02);
        loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
        voice.connect(loudness).connect(audio.destination);
        voice.start(start);
        voice.stop(start + 0.4);
      });
      document.documentElement.dataset.toned = String(now);
    }, () => {});
  }

  // --- notifications ---

  const shown = new Map();
  function show(tag, title, body, path) {
    if (!isOn()) return;
    const note = new Notification(title, { body, tag: `maru ${tag}`, icon: plain, silent: true, renotify: true });
    shown.set(tag, note);
    note.onclose = () => { if (shown.get(tag) === note) shown.delete(tag); };
    note.onclick = () => {
      window.focus();
      note.close();
      if (!path) return;
      // A click on a link: the page goes there without being loaded anew.
      const link = document.createElement('a');
      link.href = path;
      document.body.append(link);
      link.click();
      link.remove();
    };
  }

  const takes = {
    count: (unread, calls) => badge(Number(unread), Number(calls)),
    read: (room) => shown.get(room)?.close(),
    alarm: (kind, room, name, title, text, why, path, open) => {
      const isSeen = open && !document.hidden && document.hasFocus();
      if (!isTeller || isSeen || (kind === 'some' && !prefs().all)) return;
      show(room, title ? `${name} · ${title}` : name, `${text}\n${why}`, path);
      tone();
    },
  };
  const take = ([what, ...words]) => takes[what]?.(...words);
  const waiting = Array.isArray(window.maruHeed) ? window.maruHeed : [];
  window.maruHeed = { push: take };
  waiting.forEach(take);

  // --- the settings page ---

  const panel = document.querySelector('[data-heed]');
  if (!panel) return;
  const find = (name) => panel.querySelector(`[name="${name}"]`);
  const [on, all, sound] = [find('on'), find('all'), find('sound')];
  const attempt = panel.querySelector('[data-try]');
  const denied = panel.querySelector('[data-denied]');
  function reflect() {
    on.checked = isOn();
    all.checked = Boolean(prefs().all);
    sound.checked = Boolean(prefs().sound);
    on.disabled = !canTell;
    denied.hidden = canTell && Notification.permission !== 'denied';
    attempt.disabled = !isOn() && !prefs().sound;
  }
  on.addEventListener('change', async () => {
    const wants = on.checked;
    if (wants && canTell && Notification.permission === 'default') await Notification.requestPermission();
    keep({ on: wants && canTell && Notification.permission === 'granted' });
    reflect();
  });
  all.addEventListener('change', () => { keep({ all: all.checked }); reflect(); });
  sound.addEventListener('change', () => { keep({ sound: sound.checked }); toned = 0; tone(); reflect(); });
  attempt.addEventListener('click', () => {
    show('try', attempt.dataset.title, attempt.dataset.text, '');
    toned = 0;
    tone();
  });
  reflect();
  panel.hidden = false;
  panel.nextElementSibling?.remove();
})();
