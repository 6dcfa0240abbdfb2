/**
 * The definition of every number that the window shows: what it is, over what it is reduced, and which of the parts
 * (batch, step, precision) it depends on. True to the letter: the engine measures exactly this.
 */
export const measureText = {
  'measure.scalar': 'scalar',

  'measure.part.reduction': 'Reduction',
  'measure.part.batch': 'Batch',
  'measure.part.step': 'Step',
  'measure.part.precision': 'Precision',
  'measure.part.unit': 'Unit',
  'measure.definition': 'Definition',
  'measure.definitionOf': 'Definition of “{name}”',

  // Batch, step and precision as they apply to several measures.
  'measure.batch.training': 'The training batch of this step.',
  'measure.batch.whole':
    'In the curves, solid: all training examples after each epoch; dashed: all validation examples; faint: the batch of each step.',
  'measure.batch.slice':
    'The first training examples of the run’s first epoch, the same at every point; their number stands beside the plot.',
  'measure.batch.none': 'Does not depend on data.',
  'measure.step.before':
    'The step named beside it: that many updates were done before. The gradient was measured before the update.',
  'measure.step.update': 'The step named beside it: the update that this step made.',
  'measure.step.epoch': 'After the last update of each epoch; the faint line: before the update of each step.',
  'measure.step.slice': 'The step named above the plot: the weights as they were after that many updates.',
  'measure.step.none': 'Before anything runs.',
  'measure.step.speed': 'Averaged over the last steps.',
  'measure.precision.norm':
    'float32, computed as max·√mean((x/max)²), so that squares of small numbers do not vanish on the way. Below 1.2e−38 float32 has fewer digits; what falls to zero altogether is marked as underflow.',
  'measure.precision.float': 'float32.',
  'measure.precision.exact': 'Exact.',
  'measure.precision.clock': 'This machine’s clock.',

  'measure.unit.loss': 'Loss per unit of the value on the wire.',
  'measure.unit.ratio': 'A ratio, without unit.',
  'measure.unit.weightGradient': 'Loss per unit of the weight.',
  'measure.unit.value': 'The unit of the value itself.',
  'measure.unit.lossItself': 'The loss’s own unit (cross-entropy: nats).',

  'measure.wireRms': 'Gradient RMS',
  'measure.wireRms.meaning':
    'How strong the gradient is that comes back through this wire: the root mean square of the loss’s derivative by the value, as this consumer sees it. Where a value feeds several consumers, each wire carries its own consumer’s share.',
  'measure.wireRms.reduction':
    'Over the batch and all elements. The loss is a mean over the batch, so each example’s derivative carries a factor of 1/batch.',

  'measure.wireRelative': 'Relative to the loss’s',
  'measure.wireRelative.meaning':
    'Gradient RMS of the wire, divided by the RMS of the gradient that enters at the loss. 1 means: as strong as where it began. It can be compared between networks and over time; the absolute size cannot.',
  'measure.wireRelative.reduction':
    'Divided by the RMS over all elements of all outputs’ logits together, of the same step and batch.',

  'measure.wireMax': 'Largest magnitude',
  'measure.wireMax.meaning': 'The largest magnitude among all elements of the gradient on this wire.',
  'measure.wireMax.reduction': 'Maximum over the batch and all elements.',

  'measure.wireL2': 'L2 per example',
  'measure.wireL2.meaning':
    'The length of one example’s gradient on this wire. RMS changes where the size of the tensor changes (a global pool over 8×8 lowers it by 64, this length by 8), so vanishing is judged between tensors of one size.',
  'measure.wireL2.reduction': 'Euclidean over the elements, root mean square over the batch: √n times the RMS.',

  'measure.headRms': 'Gradient at the loss',
  'measure.headRms.meaning':
    'The RMS of the gradient where it begins: the loss’s derivative by the outputs’ logits. “Relative” divides by it.',
  'measure.headRms.reduction':
    'Over the batch and all elements of all outputs that have a loss, together, each with its loss’s weight. A wire from which only one output is reached is measured against all of them, too: where another output’s gradient is the larger one, it reads smaller by as much.',

  'measure.share': 'Shares at the fork',
  'measure.share.meaning':
    'This value feeds several consumers. Each sends its own gradient back, and they are added at the fork. The lengths of the shares do not add up: the parts may point in different directions, and even cancel each other: the cosine tells (1 the same direction, 0 across, −1 against), and so does the length of the sum. With more than two, each is held against the sum of the others. An add, by contrast, copies its gradient to all its inputs.',
  'measure.share.reduction':
    'Gradient RMS of each wire that leaves the same port and of their sum; cosine of the shares as long vectors, over the batch and all elements.',

  'measure.factors': 'Factors of the chain rule',
  'measure.factors.meaning':
    'What each operation between this wire and the loss does to the gradient’s length. Bound: the most it could do, the steepest slope of an activation or the largest singular value of a linear map; of a convolution that of the operator, not of its kernel. Typical: root mean square gain of random gradients. Measured: the gain of this batch’s own gradient. At a fork: the sum of all shares over the share on this way.',
  'measure.factors.reduction':
    'Euclidean lengths over the batch and all elements, on at most 64 training examples; typical gains over four random gradients. The measured factors multiply to this wire’s gradient over that at the output.',

  'measure.iterations': 'By iteration',
  'measure.iterations.meaning':
    'The wire lies inside a loop and is used once per iteration; each use has its own gradient. Iteration 1 is the first one forward, and so the last one that the gradient reaches.',
  'measure.iterations.reduction': 'Gradient RMS of each iteration.',

  'measure.valueMean': 'Mean of the value',
  'measure.valueMean.meaning': 'The mean of what this wire carries forward.',
  'measure.valueMean.reduction': 'Over the batch and all elements.',

  'measure.valueDeviation': 'Deviation of the value',
  'measure.valueDeviation.meaning': 'The standard deviation of what this wire carries forward.',
  'measure.valueDeviation.reduction': 'Over the batch and all elements; divided by their number.',

  'measure.valueZeros': 'Zeros',
  'measure.valueZeros.meaning':
    'The share of elements that are exactly 0. After a ReLU: the share of units that let no gradient through for an example.',
  'measure.valueZeros.reduction': 'Over the batch and all elements.',

  'measure.weightGradient': 'Gradient of the weight',
  'measure.weightGradient.meaning':
    'The length of the loss’s derivative by this weight, with its L1 or L2 penalty and before clipping. A weight used several times gets the sum of all its uses.',
  'measure.weightGradient.reduction':
    'Euclidean over all elements of the weight. The batch is already a mean in the loss.',

  'measure.weightNorm': 'Size of the weight',
  'measure.weightNorm.meaning': 'The length of the weight as one long vector.',
  'measure.weightNorm.reduction': 'Euclidean over all its elements.',

  'measure.updateRatio': 'Update ratio',
  'measure.updateRatio.meaning':
    'How far one step moves the weight, compared with its size. About a thousandth is common; far below it hardly learns.',
  'measure.updateRatio.reduction': 'Length of the update, divided by the length of the weight.',

  'measure.gradientNorm': 'Gradient norm',
  'measure.gradientNorm.meaning': 'The length of all weights’ gradients as one long vector, before clipping.',
  'measure.gradientNorm.reduction': 'Euclidean over all elements of all trainable weights.',

  'measure.appliedNorm': 'Applied norm',
  'measure.appliedNorm.meaning':
    'The same length after clipping: what the optimiser is given. Clipping never changes the gradients shown on wires and weights.',
  'measure.appliedNorm.reduction': 'Euclidean over all elements of all trainable weights.',

  'measure.loss': 'Loss',
  'measure.loss.meaning':
    'What training makes small: the weighted sum of the outputs’ losses, and the penalties on weights.',
  'measure.loss.reduction': 'Each output’s loss has its own reduction; they are added with their weights.',

  'measure.headLoss': 'Loss of an output',
  'measure.headLoss.meaning': 'The loss of one output alone, without its weight and without penalties.',
  'measure.headLoss.reduction':
    'Cross-entropies: sum over classes, mean over batch and positions. Mean squared error: mean over batch and elements. Linear: sum over elements, divided by the batch.',

  'measure.sliceLoss': 'Loss on a slice',
  'measure.sliceLoss.meaning':
    'The loss at the weights plus a of one and b of another random direction (Li et al. 2018). Each filter of a direction (a dense layer’s unit, a convolution’s output channel, one gate’s unit, an embedding’s row) is scaled to the norm of the network’s own filter; biases, scales and shifts, learned states and positions, and what is frozen stay. A slice shows two directions out of as many as there are weights: what it does not show may look otherwise.',
  'measure.sliceLoss.reduction':
    'As the loss that is trained, penalties included; an output by itself: without its weight and without penalties. Outside training: no dropout, the moving statistics that go with the weights.',

  'measure.accuracy': 'Accuracy',
  'measure.accuracy.meaning':
    'The share of examples whose largest logit is that of the right class. With a sigmoid loss: the share of outputs that lie on the right side of 0.',
  'measure.accuracy.reduction': 'Mean over the examples (and positions).',

  'measure.meanAbsoluteError': 'Mean absolute error',
  'measure.meanAbsoluteError.meaning': 'How far the output is from the target, on average.',
  'measure.meanAbsoluteError.reduction': 'Mean over the examples and all elements.',

  'measure.learningRate': 'Learning rate',
  'measure.learningRate.meaning': 'The optimiser’s learning rate at this step, the schedule included.',
  'measure.learningRate.reduction': 'None.',

  'measure.weights': 'Weights',
  'measure.weights.meaning':
    'How many numbers the network learns. A weight that is shared by iterations or instances counts once.',
  'measure.weights.reduction':
    'Sum over all trainable weights; moving averages of batch normalisation are not among them.',

  'measure.multiplyAdds': 'Multiply-adds',
  'measure.multiplyAdds.meaning':
    'How many multiplications with an addition one example’s forward pass takes. All iterations and instances count.',
  'measure.multiplyAdds.reduction': 'Sum over all operations; one example.',

  'measure.speed': 'Examples per second',
  'measure.speed.meaning': 'How many training examples a second go forward and back, with measuring and updating.',
  'measure.speed.reduction': 'Examples of the last steps, divided by the time they took.',

  'measure.depth': 'Depth',
  'measure.depth.meaning':
    'How many layers with weights or an activation lie between the data and this place, on the longest way. The line joins, for each depth, the strongest of the wires that cross it on the way to the output; points are all wires. Wires that come from the data are measured less often and show their last value.',
  'measure.depth.reduction': 'The longest way from a data input.',

  'measure.weightDepth': 'Weight gradients by depth',
  'measure.weightDepth.meaning':
    'The length of the loss’s derivative by each weight, at the depth of its layer. The line joins the largest at each depth. Activation gradients can shrink while weight gradients stay flat: look at both.',
  'measure.weightDepth.reduction':
    'Euclidean over the elements of each weight; “relative” divides by the gradient RMS at the loss.',

  // Marks that stand in the place of a magnitude.
  'measure.mark.none': 'Measured',
  'measure.mark.zero': 'Zero',
  'measure.mark.zero.meaning': 'Every element of the gradient is exactly 0, and nothing underflowed on the way.',
  'measure.mark.underflow': 'Underflow',
  'measure.mark.underflow.meaning':
    'The gradient is too small for float32: all elements are 0, while the gradient just behind it is not 0 but below 2⁻¹⁰⁰, or underflowed itself. It is not a true zero.',
  'measure.mark.infinity': 'Infinity',
  'measure.mark.infinity.meaning': 'At least one element has left the range of float32 (3.4e38).',
  'measure.mark.notANumber': 'Not a number',
  'measure.mark.notANumber.meaning': 'At least one element is NaN, as from ∞ − ∞ or 0·∞.',
  'measure.mark.noPath': 'No path',
  'measure.mark.noPath.meaning':
    'Nothing that comes after this wire reaches a loss by a way that can be differentiated, so there is no gradient.',
} as const;

/** TeX of the measures that have a formula: the same in every language. B is the batch, n the elements per example. */
export const measureFormulas = {
  sliceLoss: String.raw`f(a,b)=L(\theta+a\,\delta+b\,\eta),\qquad \delta_{i}=\frac{d_{i}}{\lVert d_{i}\rVert}\,\lVert\theta_{i}\rVert,\;\; d\sim\mathcal N(0,1)`,
  wireRms: String.raw`\sqrt{\frac{1}{B\,n}\sum_{b=1}^{B}\sum_{k=1}^{n}\Big(\frac{\partial L}{\partial x_{b,k}}\Big)^{2}}`,
  wireRelative: String.raw`\mathrm{RMS}\Big(\frac{\partial L}{\partial x}\Big)\Big/\;\mathrm{RMS}\Big(\frac{\partial L}{\partial z_{1}},\dots,\frac{\partial L}{\partial z_{H}}\Big)`,
  wireMax: String.raw`\max_{b,k}\,\Big|\frac{\partial L}{\partial x_{b,k}}\Big|`,
  wireL2: String.raw`\sqrt{\frac{1}{B}\sum_{b}\Big\lVert\frac{\partial L}{\partial x_{b}}\Big\rVert_2^{2}}=\sqrt{n}\cdot\mathrm{RMS}`,
  headRms: String.raw`\sqrt{\frac{1}{B\sum_h n_h}\sum_{h}\sum_{b,k}\Big(\frac{\partial L}{\partial z_{h,b,k}}\Big)^{2}}`,
  share: String.raw`\frac{\partial L}{\partial x}=\sum_{c}\delta_c,\qquad \cos=\frac{\langle\delta_1,\delta_2\rangle}{\lVert\delta_1\rVert\,\lVert\delta_2\rVert}`,
  factors: String.raw`\delta_i=f'(z_i)\odot W_{i+1}^{\top}\delta_{i+1},\qquad\frac{\partial L}{\partial W_i}=\delta_i\,a_{i-1}^{\top}`,
  iterations: String.raw`\mathrm{RMS}\Big(\frac{\partial L}{\partial x^{(t)}}\Big),\quad t=1,\dots,N`,
  valueMean: String.raw`\bar x=\frac{1}{B\,n}\sum_{b,k}x_{b,k}`,
  valueDeviation: String.raw`\sqrt{\frac{1}{B\,n}\sum_{b,k}\big(x_{b,k}-\bar x\big)^{2}}`,
  valueZeros: String.raw`\frac{\#\{(b,k): x_{b,k}=0\}}{B\,n}`,
  weightGradient: String.raw`\Big\lVert\frac{\partial L}{\partial W}\Big\rVert_2`,
  weightNorm: String.raw`\lVert W\rVert_2`,
  updateRatio: String.raw`\frac{\lVert W_{s+1}-W_{s}\rVert_2}{\lVert W_{s}\rVert_2}`,
  gradientNorm: String.raw`\lVert g\rVert_2=\sqrt{\sum_i\Big\lVert\frac{\partial L}{\partial W_i}\Big\rVert_2^{2}}`,
  appliedNorm: String.raw`\lVert g'\rVert_2,\qquad g'=g\cdot\min\!\Big(1,\frac{\theta}{\lVert g\rVert_2}\Big)\ \text{(global norm)}`,
  loss: String.raw`L=\sum_h w_h L_h+\sum_W\big(\lambda_1\lVert W\rVert_1+\lambda_2\lVert W\rVert_2^{2}\big)`,
  headLoss: String.raw`L_h=-\frac{1}{B}\sum_b\sum_k y_{b,k}\,\log\mathrm{softmax}(z_b)_k`,
  accuracy: String.raw`\frac{1}{B}\sum_b\big[\arg\max_k z_{b,k}=y_b\big]`,
  meanAbsoluteError: String.raw`\frac{1}{B\,n}\sum_{b,k}\lvert z_{b,k}-y_{b,k}\rvert`,
  learningRate: String.raw`\eta_s=\eta\cdot\mathrm{schedule}(s)`,
  weightDepth: String.raw`\log_{10}\Big\lVert\frac{\partial L}{\partial W}\Big\rVert_2`,
} as const;
