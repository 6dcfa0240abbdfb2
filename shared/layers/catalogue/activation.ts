import {
  activationFunctions,
  activationKind,
  activationShapeFields,
  activationShapeNames,
} from '../activationFields.ts';
import { defineLayer } from '../defineLayer.ts';
import { requireInputs } from '../requirements.ts';

export const activation = defineLayer({
  type: 'activation',
  family: 'activation',
  parameters: {
    function: { kind: 'choice', default: 'relu', options: activationFunctions },
    ...activationShapeFields,
  },
  visible: (parameters) => ['function', ...activationShapeNames(parameters.function)],
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`\begin{aligned}
\text{sigmoid:}\; & y = \tfrac{1}{1 + e^{-x}} & \text{tanh:}\; & y = \tanh x \\
\text{ReLU:}\; & y = \max(0, x) & \text{leaky ReLU:}\; & y = \max(0, x) + \text{slope} \cdot \min(0, x) \\
\text{ELU:}\; & y = \max(0, x) + \alpha\,(e^{\min(0, x)} - 1) & \text{SELU:}\; & y = 1.0507\,(\max(0, x) + 1.6733\,(e^{\min(0, x)} - 1)) \\
\text{GELU:}\; & y = x\,\Phi(x) & \text{swish:}\; & y = x\,\sigma(x) \\
\text{ReLU6:}\; & y = \min(\max(0, x), 6) & \text{hard swish:}\; & y = x \cdot \tfrac{1}{6}\min(\max(0, x + 3), 6) \\
\text{hard sigmoid:}\; & y = \tfrac{1}{6}\min(\max(0, x + 3), 6) & \text{clip:}\; & y = \min(\max(a, x), b) \\
\text{softplus:}\; & y = \ln(1 + e^x) & \text{softsign:}\; & y = \tfrac{x}{1 + |x|} \\
\text{softmax:}\; & y_k = \tfrac{e^{x_k}}{\sum_j e^{x_j}} & \text{linear:}\; & y = x
\end{aligned}`,
  source:
    'Leaky ReLU: Maas et al. 2013. ELU: Clevert et al. 2016, equation 15. SELU: Klambauer et al. 2017, equation 2. GELU: Hendrycks and Gimpel 2016 (the exact form x·Φ(x)). Swish: Ramachandran et al. 2017. ReLU6: Howard et al. 2017. Hard swish and hard sigmoid: Howard et al. 2019, section 5.2. Softplus: Dugas et al. 2001. Softsign: Bergstra et al. 2009',
  build(context, parameters, inputs) {
    const value = requireInputs(inputs, 1);
    const attributes = activationKind(parameters.function, parameters);
    return attributes === null
      ? context.operation({ kind: 'identity', attributes: { role: 'layer' } }, [value])
      : context.operation({ kind: 'activation', attributes }, [value]);
  },
});
