import type { ActivationFunction } from '#shared/layers/activationFields';

/** What a function computes and how steep it is, in TeX. */
export const activationFormulas: Readonly<Record<ActivationFunction, readonly [value: string, slope: string]>> = {
  linear: [String.raw`f(x) = x`, String.raw`f'(x) = 1`],
  sigmoid: [
    String.raw`\sigma(x) = \frac{1}{1 + e^{-x}}`,
    String.raw`\sigma'(x) = \sigma(x)\,\big(1 - \sigma(x)\big) \le 0.25`,
  ],
  tanh: [String.raw`f(x) = \tanh x`, String.raw`f'(x) = 1 - \tanh^2 x \in (0, 1]`],
  relu: [String.raw`f(x) = \max(0, x)`, String.raw`f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}`],
  leakyRelu: [
    String.raw`f(x) = \max(0, x) + s \min(0, x)`,
    String.raw`f'(x) = \begin{cases} 1 & x > 0 \\ s & x \le 0 \end{cases}`,
  ],
  elu: [
    String.raw`f(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^{x} - 1) & x \le 0 \end{cases}`,
    String.raw`f'(x) = \begin{cases} 1 & x > 0 \\ \alpha\,e^{x} & x \le 0 \end{cases}`,
  ],
  gelu: [String.raw`f(x) = x\,\Phi(x)`, String.raw`f'(x) = \Phi(x) + x\,\varphi(x)`],
  selu: [
    String.raw`f(x) = \lambda \begin{cases} x & x > 0 \\ \alpha\,(e^{x} - 1) & x \le 0 \end{cases},\quad \lambda \approx 1.0507,\; \alpha \approx 1.6733`,
    String.raw`f'(x) = \lambda \begin{cases} 1 & x > 0 \\ \alpha\,e^{x} & x \le 0 \end{cases}`,
  ],
  swish: [String.raw`f(x) = x\,\sigma(x)`, String.raw`f'(x) = \sigma(x) + x\,\sigma(x)\,\big(1 - \sigma(x)\big)`],
  hardSwish: [
    String.raw`f(x) = \tfrac{x}{6}\min(\max(0, x + 3), 6)`,
    String.raw`f'(x) = \begin{cases} 0 & x \le -3 \\ \tfrac{2x + 3}{6} & -3 < x < 3 \\ 1 & x \ge 3 \end{cases}`,
  ],
  relu6: [
    String.raw`f(x) = \min(\max(0, x), 6)`,
    String.raw`f'(x) = \begin{cases} 1 & 0 < x < 6 \\ 0 & \text{else} \end{cases}`,
  ],
  clip: [
    String.raw`f(x) = \min(\max(a, x), b)`,
    String.raw`f'(x) = \begin{cases} 1 & a \le x \le b \\ 0 & \text{else} \end{cases}`,
  ],
  softplus: [String.raw`f(x) = \ln(1 + e^{x})`, String.raw`f'(x) = \sigma(x)`],
  softsign: [String.raw`f(x) = \frac{x}{1 + |x|}`, String.raw`f'(x) = \frac{1}{(1 + |x|)^2}`],
  hardSigmoid: [
    String.raw`f(x) = \tfrac{1}{6}\min(\max(0, x + 3), 6)`,
    String.raw`f'(x) = \begin{cases} \tfrac{1}{6} & -3 < x < 3 \\ 0 & \text{else} \end{cases}`,
  ],
  softmax: [
    String.raw`p_k = \frac{e^{x_k}}{\sum_j e^{x_j}}`,
    String.raw`\frac{\partial p_k}{\partial x_j} = p_k\,(\delta_{kj} - p_j)`,
  ],
};
