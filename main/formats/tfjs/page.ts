/** Text for the inside of an HTML element. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** The page itself; its words lie in it as JSON, because it has no other place to ask. */
export function pageHtml(name: string, words: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const policy = "default-src 'self'; img-src 'self' blob: data:; worker-src 'self' blob:; object-src 'none'";
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>${escaped(name)}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="page.css" />
    <script type="application/json" id="words">${JSON.stringify(words).replaceAll('<', '\\u003c')}</script>
    <script src="tf.min.js" defer></script>
    <script src="page.js" defer></script>
  </head>
  <body>
    <header>
      <h1>${escaped(name)}</h1>
      <p id="note"></p>
      <p id="check" role="status"></p>
    </header>
    <main>
      <section aria-labelledby="inputs-title">
        <h2 id="inputs-title"></h2>
        <div id="examples" role="group"></div>
        <div id="inputs"></div>
      </section>
      <section aria-labelledby="outputs-title">
        <h2 id="outputs-title"></h2>
        <div id="outputs" aria-live="polite"></div>
      </section>
    </main>
    <footer id="footer"></footer>
  </body>
</html>
`;
}

export const pageStyle = `:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfbfa, #17181a);
  --card: light-dark(#ffffff, #1f2124);
  --ink: light-dark(#1d1f22, #eceef0);
  --quiet: light-dark(#5c6168, #a3a9b0);
  --line: light-dark(#dfe2e5, #35393e);
  --accent: light-dark(#2f6fde, #6ea0ff);
  --good: light-dark(#1a7f46, #5fce8f);
  --bad: light-dark(#b3261e, #ff8a80);
}

* {
  box-sizing: border-box;
}

body {
  margin: 0 auto;
  padding: 24px 24px 40px;
  max-width: 1040px;
  background: var(--paper);
  color: var(--ink);
  font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif;
}

h1 {
  margin: 0 0 4px;
  font-size: 26px;
  font-weight: 650;
}

h2 {
  margin: 0 0 12px;
  font-size: 16px;
  font-weight: 600;
}

header p {
  margin: 4px 0;
}

#note,
footer {
  color: var(--quiet);
}

#check[data-state="good"] {
  color: var(--good);
}

#check[data-state="bad"] {
  color: var(--bad);
}

main {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(320px, 1fr));
  gap: 20px;
  margin: 20px 0;
}

section {
  padding: 18px 20px;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 10px;
}

.end {
  margin: 0 0 18px;
}

.end:last-child {
  margin: 0;
}

.name {
  margin: 0 0 6px;
  color: var(--quiet);
  font-size: 13px;
}

#examples {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  margin: 0 0 16px;
}

button,
.upload {
  padding: 4px 12px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: 13px;
  cursor: pointer;
}

button:hover,
.upload:hover,
button[aria-pressed="true"] {
  border-color: var(--accent);
  color: var(--accent);
}

button:focus-visible,
.upload:focus-within,
input:focus-visible,
textarea:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

.upload input {
  position: absolute;
  width: 1px;
  height: 1px;
  opacity: 0;
}

canvas {
  display: block;
  width: 280px;
  max-width: 100%;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: #000;
  image-rendering: pixelated;
  touch-action: none;
  cursor: crosshair;
}

.tools {
  display: flex;
  gap: 6px;
  margin: 8px 0 0;
}

.numbers {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(84px, 1fr));
  gap: 6px;
}

input,
textarea {
  width: 100%;
  padding: 5px 8px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-variant-numeric: tabular-nums;
}

textarea {
  min-height: 96px;
  font-size: 13px;
  resize: vertical;
}

.problem {
  margin: 4px 0 0;
  color: var(--bad);
  font-size: 13px;
}

.row {
  display: grid;
  grid-template-columns: minmax(48px, 26%) 1fr 64px;
  gap: 10px;
  align-items: center;
  padding: 2px 0;
  font-variant-numeric: tabular-nums;
}

.row .what {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.row.best {
  font-weight: 650;
}

.row .bar {
  height: 10px;
  border-radius: 5px;
  background: var(--line);
  overflow: hidden;
}

.row .bar i {
  display: block;
  height: 100%;
  border-radius: 5px;
  background: var(--accent);
}

.row .value {
  text-align: right;
}

footer {
  font-size: 13px;
}
`;

/**
 * What the page does: reads `gradloom.json` and the model beside it, checks that the model computes here what it did when it was
 * exported, and predicts for what a person draws, uploads or types. A whole script, as a browser is given it.
 */
export const pageScript = String.raw`'use strict';

(async () => {
  const locale = navigator.language.startsWith('zh') ? 'zh' : 'en';
  const words = JSON.parse(document.getElementById('words').textContent)[locale];
  document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en';
  const say = (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (gap, name) => (name in values ? String(values[name]) : gap));
  const at = (id) => document.getElementById(id);
  const make = (tag, options = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), options);
    element.append(...children);
    return element;
  };
  const count = (shape) => shape.reduce((product, length) => product * length, 1);
  const brief = (value) => (value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(2) : String(+value.toFixed(4)));

  at('inputs-title').textContent = say('inputs');
  at('outputs-title').textContent = say('outputs');
  at('check').textContent = say('loading');

  const read = async (path) => {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(path + ': ' + answer.status);
    return answer.json();
  };

  let sheet, model;
  try {
    sheet = await read('gradloom.json');
    model = await tf.loadLayersModel('model.json');
  } catch (error) {
    at('check').dataset.state = 'bad';
    at('check').textContent = say('failed', { reason: error.message });
    return;
  }
  at('note').textContent = sheet.note || '';
  at('footer').textContent = say('madeBy', { name: sheet.writtenBy }) + (sheet.licence ? ' · ' + sheet.licence : '');

  /** The outputs by name for inputs by name, each with the batch first. */
  const predict = (arrays, batch) =>
    tf.tidy(() => {
      const given = model.inputNames.map((name) => {
        const { type, shape } = sheet.inputs.find((input) => input.name === name);
        return tf.tensor(arrays[name], [batch, ...shape.slice(1)], type);
      });
      const predicted = [].concat(model.predict(given.length === 1 ? given[0] : given));
      return Object.fromEntries(sheet.outputs.map(({ name }, index) => [name, Array.from(predicted[index].dataSync())]));
    });

  const check = () => {
    const { inputs, outputs } = sheet.examples;
    const names = Object.keys(outputs);
    if (names.length === 0 || sheet.inputs.some(({ name }) => !(name in inputs))) return;
    const batch = inputs[sheet.inputs[0].name].shape[0];
    const values = Object.fromEntries(Object.entries(inputs).map(([name, array]) => [name, array.values]));
    const computed = predict(values, batch);
    let largest = 0;
    for (const name of names) {
      outputs[name].values.forEach((value, index) => {
        const apart = Math.abs(computed[name][index] - value) / Math.max(1, Math.abs(value));
        if (!(apart <= largest)) largest = apart;
      });
    }
    const isRounded = sheet.precision !== 'float32';
    const isSame = largest < 1e-4;
    at('check').dataset.state = isSame || isRounded ? 'good' : 'bad';
    at('check').dataset.difference = String(largest);
    at('check').textContent = say(isSame ? 'same' : isRounded ? 'rounded' : 'apart', {
      difference: largest.toExponential(1),
      precision: sheet.precision,
    });
  };

  /** One row of an output: what it is, a bar where it is a share, and the number. */
  const row = (what, value, share, isBest) => {
    const bar = make('div', { className: 'bar' });
    if (share !== null) {
      const filled = make('i');
      filled.style.width = 100 * Math.max(0, Math.min(1, share)) + '%';
      bar.append(filled);
    } else bar.style.visibility = 'hidden';
    return make(
      'div',
      { className: isBest ? 'row best' : 'row' },
      make('span', { className: 'what', textContent: what, title: what }),
      bar,
      make('span', { className: 'value', textContent: share === null ? brief(value) : value.toFixed(4) }),
    );
  };

  const show = (computed) => {
    at('outputs').replaceChildren(
      ...sheet.outputs.map(({ name, label, link, classes }) => {
        const values = computed[name];
        const isShare = link !== 'none';
        const best = values.length > 1 && isShare ? values.indexOf(Math.max(...values)) : -1;
        const order = values.map((_, index) => index);
        if (link === 'softmax' && values.length > 12) order.sort((one, other) => values[other] - values[one]);
        const most = order.slice(0, 24);
        const rest = values.length - most.length;
        return make(
          'div',
          { className: 'end' },
          make('p', { className: 'name', textContent: label || name }),
          ...most.map((index) => {
            const what = classes && classes.length === values.length ? classes[index] : String(index);
            return row(values.length === 1 ? name : what, values[index], isShare ? values[index] : null, index === best);
          }),
          ...(rest > 0 ? [make('p', { className: 'name', textContent: say('many', { count: rest }) })] : []),
        );
      }),
    );
  };

  const values = {};
  const setters = {};
  let waiting = 0;
  const changed = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => show(predict(values, 1)));
  };
  const release = () => {
    for (const button of at('examples').children) button.setAttribute('aria-pressed', 'false');
  };

  /** A picture: drawn on, uploaded, or shown from an example. */
  const pictureEditor = (name, [height, width, channels]) => {
    const canvas = make('canvas', { width, height, title: say('draw') });
    canvas.setAttribute('aria-label', say('draw'));
    canvas.style.aspectRatio = width + ' / ' + height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const take = () => {
      const { data } = context.getImageData(0, 0, width, height);
      values[name] = Array.from({ length: height * width * channels }, (_, index) => {
        const pixel = Math.floor(index / channels) * 4;
        if (channels >= 3) return index % channels > 2 ? data[pixel + 3] / 255 : data[pixel + (index % channels)] / 255;
        return (data[pixel] + data[pixel + 1] + data[pixel + 2]) / 765;
      });
      changed();
    };
    const clear = () => {
      context.fillStyle = channels === 1 ? '#000' : '#fff';
      context.fillRect(0, 0, width, height);
      release();
      take();
    };
    setters[name] = (given) => {
      const image = context.createImageData(width, height);
      for (let pixel = 0; pixel < width * height; pixel += 1) {
        for (let channel = 0; channel < 3; channel += 1) {
          image.data[4 * pixel + channel] = 255 * given[pixel * channels + (channels >= 3 ? channel : 0)];
        }
        image.data[4 * pixel + 3] = 255;
      }
      context.putImageData(image, 0, 0);
      // The very numbers, not what 256 shades of them are.
      values[name] = given.slice();
      changed();
    };
    let last = null;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = place(event);
      stroke(event);
    });
    const stroke = (event) => {
      if (last === null) return;
      const next = place(event);
      context.strokeStyle = channels === 1 ? '#fff' : '#000';
      context.lineWidth = Math.max(1, width / 12);
      context.lineCap = 'round';
      context.beginPath();
      context.moveTo(...last);
      context.lineTo(...next);
      context.stroke();
      last = next;
      release();
      take();
    };
    canvas.addEventListener('pointermove', stroke);
    canvas.addEventListener('pointerup', () => (last = null));
    const file = make('input', { type: 'file', accept: 'image/*' });
    file.addEventListener('change', async () => {
      if (file.files.length === 0) return;
      const picture = await createImageBitmap(file.files[0]);
      const scale = Math.max(width / picture.width, height / picture.height);
      const [wide, high] = [picture.width * scale, picture.height * scale];
      context.drawImage(picture, (width - wide) / 2, (height - high) / 2, wide, high);
      release();
      take();
    });
    const button = make('button', { type: 'button', textContent: say('clear') });
    button.addEventListener('click', clear);
    const upload = make('label', { className: 'upload' }, say('upload'), file);
    clear();
    return make('div', {}, canvas, make('div', { className: 'tools' }, button, upload));
  };

  /** One field for each number, where there are few. */
  const numberFields = (name, length) => {
    const fields = Array.from({ length }, (_, index) => {
      const field = make('input', { type: 'number', step: 'any', value: '0' });
      field.setAttribute('aria-label', name + ' ' + index);
      field.addEventListener('input', () => {
        values[name][index] = Number(field.value) || 0;
        release();
        changed();
      });
      return field;
    });
    values[name] = fields.map(() => 0);
    setters[name] = (given) => {
      values[name] = given.slice();
      fields.forEach((field, index) => (field.value = String(+given[index].toPrecision(7))));
      changed();
    };
    return make('div', { className: 'numbers' }, ...fields);
  };

  /** All numbers in one field, where there are many. */
  const numberText = (name, length) => {
    const area = make('textarea', { spellcheck: false });
    area.setAttribute('aria-label', say('numbers', { count: length }));
    const problem = make('p', { className: 'problem' });
    values[name] = new Array(length).fill(0);
    setters[name] = (given) => {
      values[name] = given.slice();
      area.value = given.map((value) => +value.toPrecision(7)).join(' ');
      problem.textContent = '';
      changed();
    };
    area.addEventListener('input', () => {
      const given = area.value.split(/[\s,;]+/).filter((part) => part !== '').map(Number);
      const isWrong = given.length !== length || given.some(Number.isNaN);
      problem.textContent = isWrong ? say('wrongCount', { expected: length, received: given.length }) : '';
      if (isWrong) return;
      values[name] = given;
      release();
      changed();
    });
    return make('div', {}, area, problem);
  };

  at('inputs').append(
    ...sheet.inputs.map(({ name, label, shape, meaning, words: vocabulary }) => {
      const own = shape.slice(1);
      const length = count(own);
      const isPicture = meaning === 'image' && own.length === 3;
      const editor = isPicture
        ? pictureEditor(name, own)
        : length <= 32
          ? numberFields(name, length)
          : numberText(name, length);
      const title = make('p', { className: 'name', textContent: (label || name) + ' · ' + (own.join(' × ') || '1') });
      const told = vocabulary ? [make('p', { className: 'name', textContent: vocabulary.map((word, index) => index + ' ' + word).join(', ') })] : [];
      return make('div', { className: 'end' }, title, editor, ...told);
    }),
  );

  const { inputs } = sheet.examples;
  const isComplete = sheet.inputs.every(({ name }) => name in inputs);
  const batch = isComplete && sheet.inputs.length > 0 ? inputs[sheet.inputs[0].name].shape[0] : 0;
  for (let number = 0; number < batch; number += 1) {
    const button = make('button', { type: 'button', textContent: say('example', { number: number + 1 }) });
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      for (const { name, shape } of sheet.inputs) {
        const length = count(shape.slice(1));
        setters[name](inputs[name].values.slice(number * length, (number + 1) * length));
      }
      release();
      button.setAttribute('aria-pressed', 'true');
    });
    at('examples').append(button);
  }
  check();
  if (batch > 0) at('examples').firstChild.click();
  else changed();
})();
`;
