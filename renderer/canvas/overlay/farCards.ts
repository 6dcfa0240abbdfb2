import type { NodeId } from '#shared/graph/identifiers';
import { roundDiameter } from '#shared/drawing/layout';
import type { Rectangle } from '#shared/drawing/route';
import { boxOf } from '#shared/drawing/scene';
import type { Flow } from '../flow.ts';
import { hueOf } from '../nodes/hue.ts';
import type { FarCard } from './paint.ts';

let made: { readonly flow: Flow; readonly cards: readonly FarCard[] } | null = null;

/** What the overlay draws of the cards of a sheet seen from afar: of all but the selected ones, which stay in the page. */
export function farCards(flow: Flow): readonly FarCard[] {
  if (made?.flow === flow) return made.cards;
  const cards: FarCard[] = [];
  for (const { id, selected, data } of flow.nodes) {
    const node = flow.scene.nodes.get(id as NodeId);
    const { shape } = data.layout;
    if (node === undefined || selected === true || (shape !== 'card' && shape !== 'round')) continue;
    const [first] = data.face.problems;
    cards.push({
      box: shape === 'round' ? circleIn(boxOf(node)) : boxOf(node),
      shape,
      hue: hueOf(data.face),
      problem: first === undefined || first.severity === 'information' ? null : first.severity,
    });
  }
  made = { flow, cards };
  return cards;
}

/** A round node's box is as high as a card; its circle lies in the middle. */
function circleIn({ left, top, right, bottom }: Rectangle): Rectangle {
  const middle = (top + bottom) / 2;
  return { left, top: middle - roundDiameter / 2, right, bottom: middle + roundDiameter / 2 };
}
