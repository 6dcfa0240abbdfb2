import { clevrKinds, clevrQuestions, clevrSide, clevrWords, shapeColours } from '#shared/graph/dataFields';
import type { RandomStream } from '#shared/program/random';
import type { Generator, Values } from './generator.ts';
import { exampleStream } from './generator.ts';

/** Half the width of a square and the radius of a circle, in pixels. */
const halfSize = 5;
const wordNumbers = new Map(clevrWords.map((word, number) => [word, number]));
/** Numbers of the answers: yes, no, square, circle, then counts from 1. */
const [answerYes, answerNo, answerSquare, answerCircle, answerOne] = [0, 1, 2, 3, 4];

interface Thing {
  readonly x: number;
  readonly y: number;
  readonly isCircle: boolean;
}

/** What is asked: about the object of a colour, one of the kinds of `clevrKinds`. */
interface Question {
  readonly colour: number;
  readonly kind: number;
}

interface Scene {
  /** By colour. */
  readonly things: readonly Thing[];
  readonly questions: readonly Question[];
}

/** Six objects, one of each colour, none of which covers another: a gap lies between their boxes. */
function drawScene(stream: RandomStream): Scene {
  const things: Thing[] = [];
  while (things.length < shapeColours.length) {
    const x = halfSize + stream.integer(clevrSide - 2 * halfSize);
    const y = halfSize + stream.integer(clevrSide - 2 * halfSize);
    const isCircle = stream.integer(2) === 1;
    const isFree = things.every((other) => Math.max(Math.abs(other.x - x), Math.abs(other.y - y)) > 2 * halfSize + 1);
    if (isFree) things.push({ x, y, isCircle });
  }
  const half = clevrQuestions / 2;
  const questions = Array.from({ length: clevrQuestions }, (_, number): Question => {
    return { colour: stream.integer(shapeColours.length), kind: stream.integer(3) + (number < half ? 0 : 3) };
  });
  return { things, questions };
}

function answerOf({ things }: Scene, { colour, kind }: Question): number {
  const asked = things[colour];
  if (asked === undefined) throw new Error(`a scene has no object of the colour ${colour}`);
  const shapeOf = ({ isCircle }: Thing): number => (isCircle ? answerCircle : answerSquare);
  const yesOrNo = (isSo: boolean): number => (isSo ? answerYes : answerNo);
  const distance = ({ x, y }: Thing): number => Math.hypot(x - asked.x, y - asked.y);
  const byDistance = things.filter((other) => other !== asked).sort((a, b) => distance(a) - distance(b));
  switch (kind) {
    case 0:
      return shapeOf(asked);
    case 1:
      return yesOrNo(asked.x < clevrSide / 2);
    case 2:
      return yesOrNo(asked.y < clevrSide / 2);
    case 3:
      return shapeOf(byDistance[0] ?? asked);
    case 4:
      return shapeOf(byDistance.at(-1) ?? asked);
    default:
      return answerOne - 1 + things.filter(({ isCircle }) => isCircle === asked.isCircle).length;
  }
}

function paint({ things }: Scene, image: Values): void {
  image.fill(1);
  things.forEach(({ x, y, isCircle }, colour) => {
    const [red, green, blue] = shapeColours[colour]?.value ?? [0, 0, 0];
    for (let row = y - halfSize; row <= y + halfSize; row++) {
      for (let column = x - halfSize; column <= x + halfSize; column++) {
        if (isCircle && Math.hypot(column - x, row - y) > halfSize + 0.3) continue;
        const at = 3 * (row * clevrSide + column);
        image[at] = red;
        image[at + 1] = green;
        image[at + 2] = blue;
      }
    }
  });
}

/**
 * Sort-of-CLEVR (Santoro et al. 2017, "A simple neural network module for relational reasoning", section 4.2): pictures of
 * six squares or circles of half-size 5, one of each colour, on white, and twenty questions on each, the first ten about
 * one object, the other ten about how it stands to the others. Example e asks question e mod 20 on image ⌊e/20⌋.
 *
 * `question` is the paper's vector: colour (6), relational or not (2: non-relational first), which of three kinds (3).
 * `words` says the same in words. `objects` tells for each colour whether its object is a square (1, 0) or a circle (0, 1). An object whose nearest or furthest neighbours are equally far takes the one whose
 * colour comes first.
 */
export function sortOfClevr(seed: number): Generator {
  let last: { readonly image: number; readonly scene: Scene } | null = null;
  return (index, { image, words, isWord, question, objects, relational, answer }) => {
    const number = Math.floor(index / clevrQuestions);
    if (last?.image !== number) {
      last = { image: number, scene: drawScene(exampleStream(seed, 'sortOfClevr', number)) };
    }
    const { scene } = last;
    const asked = scene.questions[index % clevrQuestions];
    const kind = clevrKinds[asked?.kind ?? 0];
    if (asked === undefined || kind === undefined) throw new Error(`the scene ${number} lacks a question`);
    if (image !== undefined) paint(scene, image);
    const spoken = kind.words
      .replace('*', shapeColours[asked.colour]?.name ?? '')
      .split(' ')
      .map((word) => wordNumbers.get(word) ?? 0);
    words?.fill(0);
    words?.set(spoken);
    isWord?.fill(0);
    isWord?.set(spoken.map(() => 1));
    question?.fill(0);
    for (const place of [asked.colour, 6 + (kind.isRelational ? 1 : 0), 8 + (asked.kind % 3)])
      question?.set([1], place);
    objects?.fill(0);
    scene.things.forEach(({ isCircle }, colour) => objects?.set([1], 2 * colour + (isCircle ? 1 : 0)));
    relational?.set([kind.isRelational ? 1 : 0]);
    answer?.set([answerOf(scene, asked)]);
  };
}
