import type { Optimiser, Schedule } from '../graph/training.ts';

/**
 * The learning rate of optimiser step `step` (from 0) of `totalSteps`: the optimiser's own times a factor.
 *
 * - constant: 1
 * - step: factor^⌊step / every⌋
 * - exponential: decay^step
 * - cosine (Loshchilov and Hutter 2017, equation 5, without restarts): from 1 at step 0 along half a cosine to `minimum`
 *   at `totalSteps`, and `minimum` from there on
 * - warm-up: in a straight line from 1/steps at step 0 to 1 at step `steps` − 1 (Goyal et al. 2017, section 2.2), then 1
 * - one cycle (Smith and Topin 2018): from `start` in a straight line to 1 at the part `peak` of the run, then along half
 *   a cosine to 0
 */
export function learningRateAt(optimiser: Optimiser, schedule: Schedule, step: number, totalSteps: number): number {
  return optimiser.learningRate * factorAt(schedule, step, totalSteps);
}

function factorAt(schedule: Schedule, step: number, totalSteps: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(step / schedule.every);
    case 'exponential':
      return schedule.decay ** step;
    case 'cosine': {
      const done = totalSteps > 0 ? Math.min(1, step / totalSteps) : 1;
      return schedule.minimum + (1 - schedule.minimum) * 0.5 * (1 + Math.cos(Math.PI * done));
    }
    case 'warmUp':
      return Math.min(1, (step + 1) / schedule.steps);
    case 'oneCycle': {
      const { start, peak } = schedule;
      const done = totalSteps > 0 ? Math.min(1, step / totalSteps) : 1;
      if (done < peak) return start + ((1 - start) * done) / peak;
      return 0.5 * (1 + Math.cos((Math.PI * (done - peak)) / (1 - peak)));
    }
  }
}
