import type { sequenceText as english } from '../en/sequence.ts';

export const sequenceText: Readonly<Record<keyof typeof english, string>> = {
  'preset.binary.add.name': '相加（广播）',
  'preset.binary.subtract.name': '相减',
  'preset.binary.multiply.name': '相乘（广播）',
  'preset.binary.divide.name': '相除',
  'preset.binary.maximum.name': '取较大者',
  'preset.binary.minimum.name': '取较小者',
  'preset.binary.power.name': '乘方',
  'preset.reduction.sum.name': '沿轴求和',
  'preset.reduction.mean.name': '沿轴求平均',
  'preset.reduction.maximum.name': '沿轴取最大',
  'preset.reduction.minimum.name': '沿轴取最小',

  'layer.embedding.name': '嵌入',
  'layer.embedding.help':
    '给每个整数（例如词的编号）一个可学习的向量，即查找表中该编号所在的那一行。反向传播时，只有被读取的行得到梯度；多次被读取的行得到各次梯度之和。编号从 0 到词表大小减一。',
  'layer.embedding.shape': '末尾增加一个轴，长度等于向量维数。',

  'layer.attention.name': '点积注意力',
  'layer.attention.help':
    '对每个查询，把总和为 1 的权重分配给各个值：键与查询方向越接近，分得越多；输出是各个值按权重的加权和。这些权重由输出“注意力图”给出。不接键时，值本身就是键；查询也可以只是一个向量。分数除以 √d，使 softmax 一开始不至于饱和（饱和处梯度消失）。注意力图说明从哪里取了特征，并不说明原因。',
  'layer.attention.shape':
    '查询数×特征与键数×大小得到查询数×大小，注意力图为查询数×键数。单个查询：大小，注意力图为键数。',

  'layer.additiveAttention.name': '加性注意力',
  'layer.additiveAttention.help':
    '分数来自一个小网络的注意力：查询与键相加，经过 tanh，再加权求和。设了单元数时，二者先各乘一个权重矩阵（Bahdanau），因此长度可以不同；不设则直接相加（Keras）。',
  'layer.additiveAttention.shape':
    '查询数×特征与键数×大小得到查询数×大小，注意力图为查询数×键数。单个查询：大小，注意力图为键数。',

  'layer.multiHeadAttention.name': '多头注意力',
  'layer.multiHeadAttention.help':
    '几个注意力并排，各自作用在查询、键和值的不同投影上；结果拼接后再投影一次。三个输入都接同一序列就是自注意力，此时梯度沿三条线一起返回。每个头有自己的注意力图。',
  'layer.multiHeadAttention.shape': '查询数×特征与键数×特征得到查询数×输出大小，注意力图为头数×查询数×键数。',

  'layer.positionalEncoding.name': '位置编码',
  'layer.positionalEncoding.help':
    '给序列的每一步加上一个表示其位置的向量，否则注意力看不出先后次序。可以用固定的、波长各异的正弦波，也可以给每个位置一个可学习的向量。',
  'layer.positionalEncoding.shape': '步数×特征，保持不变。',

  'layer.regionCoordinates.name': '区域坐标',
  'layer.regionCoordinates.help':
    '给图像或特征图增加两个通道：每个位置自上而下、自左而右的坐标，范围 −1 到 1。有了坐标，只看单个区域的部分（注意力、关系推理）就知道区域在哪里。',
  'layer.regionCoordinates.shape': '高×宽×通道变为高×宽×（通道 + 2）；带行列位置时为高×宽×（通道 + 2 + 高 + 宽）。',

  'layer.simpleRecurrent.name': '简单 RNN',
  'layer.simpleRecurrent.help':
    '逐步读取序列，把一个向量 h 从一步传到下一步。沿时间反向传播时，梯度在每一步都乘以同一个循环权重矩阵，步数一多就会消失或爆炸。掩码为假的步被跳过，h 保持不变。',
  'layer.simpleRecurrent.shape': '步数×特征变为单元数（最后一步）或步数×单元数（全部）。双向并拼接时，单元数加倍。',

  'layer.lstm.name': 'LSTM',
  'layer.lstm.help':
    '读取序列并传递两个向量：隐藏状态 h 和细胞状态 c。各个门决定 c 保留多少、写入多少、输出多少。沿 c 的梯度只乘以遗忘门，因此可以维持很多步。掩码为假的步被跳过，h 和 c 保持不变。',
  'layer.lstm.shape': '步数×特征变为单元数（最后一步）或步数×单元数（全部）。双向并拼接时，单元数加倍。',

  'layer.gru.name': 'GRU',
  'layer.gru.help':
    '读取序列并传递一个向量 h。更新门决定 h 保留多少，重置门决定新的候选状态能看到多少 h。LSTM 有四组权重，它只有三组。掩码为假的步被跳过，h 保持不变。',
  'layer.gru.shape': '步数×特征变为单元数（最后一步）或步数×单元数（全部）。双向并拼接时，单元数加倍。',

  'layer.simpleCell.name': '简单循环单元',
  'layer.simpleCell.help':
    '简单 RNN 的一步，放在循环里使用：h 是循环的状态。这样可以看到每次迭代的梯度，而整层的 RNN 不显示这些。',
  'layer.simpleCell.shape': '由特征和长度等于单元数的状态得到新状态。',

  'layer.lstmCell.name': 'LSTM 单元',
  'layer.lstmCell.help':
    'LSTM 的一步，放在循环里使用：h 和 c 是循环的两个状态。权重相同时，结果与 LSTM 层一致，并且可以看到每次迭代的梯度以及它对权重梯度的贡献。',
  'layer.lstmCell.shape': '由特征和两个长度等于单元数的状态得到两个新状态。',

  'layer.gruCell.name': 'GRU 单元',
  'layer.gruCell.help':
    'GRU 的一步，放在循环里使用：h 是循环的状态。权重相同时，结果与 GRU 层一致，并且可以看到每次迭代的梯度以及它对权重梯度的贡献。',
  'layer.gruCell.shape': '由特征和长度等于单元数的状态得到新状态。',

  'layer.formula.name': '公式',
  'layer.formula.help':
    '由输入组成的公式，逐元素计算：a 是第一个输入，b 是第二个，依此类推；公式读到哪些字母，就有哪些端口。可用 + − * / ^、括号、pi，以及 exp、log、sqrt、abs、sin、tanh、sigmoid、relu、softmax 等函数，两个值的 max 和 min，还有沿最后一个轴的 sum、mean、max、min（该轴保留，长度为 1）。形状从最后一个轴对齐，长度为 1 的轴自动重复。梯度按链式法则精确计算。',
  'layer.formula.shape': '各输入从最后一个轴对齐并广播后的形状。',

  'layer.unary.name': '一元函数',
  'layer.unary.help':
    '对每个元素应用一个函数。反向传播时，梯度乘以该处的导数。对数和平方根对负数没有意义；在 0 附近，它们以及倒数的导数无限增大。符号函数的导数处处为 0。',
  'layer.unary.shape': '不变。',

  'layer.binary.name': '二元运算',
  'layer.binary.help':
    '把两个值逐元素结合起来。形状不必相同：从最后一个轴对齐，长度为 1 的轴自动重复，与 NumPy 的广播规则一致。反向传播时，被重复的值得到各份梯度之和。两值相等时，取大、取小都算第一个。乘方的指数只在底数为正处得到梯度。',
  'layer.binary.shape': '从最后一个轴对齐，各轴长度相等，或其中之一为 1；结果取较长者。',

  'layer.reduction.name': '归约',
  'layer.reduction.help':
    '沿一个或多个轴求和、求平均、取最大或最小值。反向传播时，求和把整个梯度传给每个元素，求平均传给每个元素 1/n；取最大或最小值时，只有取到的那个元素得到梯度，多个相等时平分。',
  'layer.reduction.shape': '去掉被归约的轴，或在其位置保留长度 1。',

  'layer.matrixProduct.name': '矩阵乘积',
  'layer.matrixProduct.help':
    '把两个都由计算得到的矩阵相乘，例如查询和键。多于两个轴时，每一对矩阵各自相乘；最后两个轴之前的轴按广播规则对应。',
  'layer.matrixProduct.shape': '…×n×m 乘以 …×m×k 得到 …×n×k（先按设定转置）。',

  'layer.constant.name': '常数',
  'layer.constant.help': '对每个样本，处处都是同一个数。它没有梯度。',
  'layer.constant.shape': '即所设定的形状。',

  'layer.compare.name': '比较',
  'layer.compare.help':
    '把每个元素与一个数或第二个输入的对应元素比较，得到真或假。掩码就是这样得到的：若 0 表示填充，“不等于 0”就能把词与填充分开。梯度不通过。',
  'layer.compare.shape': '与输入相同；两个输入从最后一个轴对齐并广播。',

  'layer.logical.name': '掩码逻辑',
  'layer.logical.help': '与、或、非：合并掩码或把掩码取反。梯度不通过。',
  'layer.logical.shape': '与输入相同；两个输入从最后一个轴对齐并广播。',

  'layer.maskFill.name': '按掩码填充',
  'layer.maskFill.help':
    '掩码为真处保留原值，其余位置换成一个给定的数。放在 softmax 之前并填入 −1000000000，该位置就得不到权重。梯度只从掩码为真处通过。',
  'layer.maskFill.shape': '输入与掩码从最后一个轴对齐并广播。',

  'port.a': 'a',
  'port.b': 'b',
  'port.d': 'd',
  'port.e': 'e',
  'port.f': 'f',
  'port.g': 'g',
  'port.in': '输入',
  'port.mask': '掩码',

  'port.query': '查询',
  'port.value': '值',
  'port.key': '键',
  'port.map': '注意力图',

  'port.h': 'h',
  'port.c': 'c',
  'port.nextH': '新 h',
  'port.nextC': '新 c',

  'parameter.recurrentActivation.name': '门的激活函数',
  'parameter.recurrentActivation.help': '门所用的函数。Sigmoid 使门保持在 0 到 1 之间。',
  'parameter.resetAfter.name': '先乘后重置',
  'parameter.resetAfter.help':
    '重置门作用在 h·U 上（Keras、PyTorch、cuDNN；此时偏置有两行），还是在相乘之前作用在 h 上（原论文）。',
  'parameter.result.name': '结果',
  'parameter.result.help': '读完最后一步后的隐藏状态，或所有步的隐藏状态。',
  'parameter.direction.name': '方向',
  'parameter.direction.help':
    '从第一步到最后一步，从最后一步到第一步，或双向（各有自己的权重）。所有步的结果按输入的顺序排列。',
  'parameter.merge.name': '合并方式',
  'parameter.merge.help': '两个方向的结果如何合成一个。',
  'parameter.recurrentInitialiser.name': '循环权重初始化',
  'parameter.recurrentInitialiser.help':
    '从 h 到 h 的权重初值如何设定。正交矩阵保持向量的长度（Keras 的默认值；PyTorch 用均匀分布）。',
  'parameter.recurrentRegulariser.name': '循环权重正则化',
  'parameter.recurrentRegulariser.help': '加到损失上的惩罚项：l1·Σ|w| + l2·Σw²。',
  'parameter.forgetBias.name': '遗忘门偏置初值',
  'parameter.forgetBias.help': '遗忘门偏置的初值，其余偏置从 0 开始。取 1 时，细胞状态起初大部分得以保留。',
  'parameter.scaling.name': '分数缩放',
  'parameter.scaling.help':
    '乘以特征数平方根的倒数（Vaswani 等），乘以一个从 1 开始的可学习的数（Keras 的 use_scale），或不缩放。',
  'parameter.causal.name': '因果',
  'parameter.causal.help': '查询是否只能看到自己所在位置及之前的键，看不到未来。',
  'parameter.dropoutRate.name': '注意力图的随机失活率',
  'parameter.dropoutRate.help': '训练时丢弃多大比例的权重，其余相应放大。对外给出的注意力图是完整的。',
  'parameter.attentionUnits.name': '单元数',
  'parameter.attentionUnits.help': '查询和键在相加之前投影成多长。留空则不投影。',
  'parameter.heads.name': '头数',
  'parameter.heads.help': '并排放置多少个注意力。',
  'parameter.keySize.name': '查询和键的大小',
  'parameter.keySize.help': '每个头中投影后的查询和键的长度，通常为特征数除以头数。',
  'parameter.valueSize.name': '值的大小',
  'parameter.valueSize.help': '每个头中投影后的值的长度。留空则与键相同。',
  'parameter.outputSize.name': '输出大小',
  'parameter.outputSize.help': '每个结果的长度。留空则与查询的特征数相同。',
  'parameter.formula.name': '公式',
  'parameter.formula.help': '由输入 a、b、c……计算什么。公式只被解析，绝不当作代码运行。−a^2 即 −(a²)，2^3^2 即 2^9。',
  'parameter.attentionUnits.empty': '无',
  'parameter.valueSize.empty': '与键相同',
  'parameter.outputSize.empty': '与查询相同',
  'parameter.vocabulary.name': '词表大小',
  'parameter.vocabulary.help': '可能输入多少个不同的编号：从 0 到它减一。更大的编号会使运行停止并给出提示。',
  'parameter.dimension.name': '向量维数',
  'parameter.dimension.help': '每个编号所得向量的长度。',
  'parameter.tableInitialiser.name': '查找表初始化',
  'parameter.tableInitialiser.help':
    '各向量的初值如何设定。Keras 在 −0.05 到 0.05 之间均匀抽取；PyTorch 从标准差为 1 的正态分布抽取。',
  'parameter.tableRegulariser.name': '查找表正则化',
  'parameter.tableRegulariser.help': '加到损失上的惩罚项：l1·Σ|w| + l2·Σw²，对所有行求和。',
  'parameter.coordinates.name': '坐标',
  'parameter.coordinates.help':
    '自上而下和自左而右的坐标；或再给每一行、每一列一个通道，在该处为 2，两格之外接近 0。有了这些，注意力能较快学会看某一侧。',
  'parameter.encoding.name': '编码方式',
  'parameter.encoding.help': '固定的正弦波，或每个位置一个可学习的向量。',
  'parameter.positionInitialiser.name': '位置向量初始化',
  'parameter.positionInitialiser.help': '可学习的位置向量的初值如何设定。',
  'parameter.transposeA.name': '转置 a',
  'parameter.transposeA.help': '相乘之前是否交换 a 的最后两个轴。',
  'parameter.transposeB.name': '转置 b',
  'parameter.transposeB.help': '相乘之前是否交换 b 的最后两个轴。查询乘以键时需要。',
  'parameter.fill.name': '数值',
  'parameter.fill.help': '填入的数。',
  'parameter.against.name': '比较对象',
  'parameter.against.help': '一个数，或第二个输入 b。',
  'parameter.threshold.name': '阈值',
  'parameter.threshold.help': '每个元素与之比较的数。',

  'option.scaling.dimension': '1/√特征数',
  'option.scaling.learned': '可学习',
  'option.scaling.none': '无',
  'option.coordinates.axes': '纵横坐标',
  'option.coordinates.places': '另加各行各列',
  'option.encoding.sinusoidal': '正弦波（固定）',
  'option.encoding.learned': '可学习',
  'option.against.number': '一个数',
  'option.against.input': '第二个输入',
  'option.recurrentActivation.tanh': 'Tanh',
  'option.recurrentActivation.sigmoid': 'Sigmoid',
  'option.recurrentActivation.relu': 'ReLU',
  'option.recurrentActivation.linear': '线性（无）',
  'option.result.last': '最后一步',
  'option.result.all': '所有步',
  'option.direction.forward': '正向',
  'option.direction.backward': '反向',
  'option.direction.both': '双向',
  'option.merge.concatenate': '拼接',
  'option.merge.sum': '求和',
  'option.merge.average': '平均',
  'option.merge.multiply': '相乘',
  'option.function.exponential': '指数',
  'option.function.logarithm': '自然对数',
  'option.function.squareRoot': '平方根',
  'option.function.square': '平方',
  'option.function.absolute': '绝对值',
  'option.function.negative': '相反数',
  'option.function.reciprocal': '倒数',
  'option.function.sign': '符号',
  'option.function.sine': '正弦',
  'option.function.cosine': '余弦',
  'option.function.add': 'a + b',
  'option.function.subtract': 'a − b',
  'option.function.multiply': 'a · b',
  'option.function.divide': 'a ÷ b',
  'option.function.maximum': '最大值',
  'option.function.minimum': '最小值',
  'option.function.sum': '求和',
  'option.function.mean': '求平均',
  'option.function.power': 'a 的 b 次方',
  'option.function.equal': '等于',
  'option.function.notEqual': '不等于',
  'option.function.greater': '大于',
  'option.function.greaterEqual': '大于或等于',
  'option.function.less': '小于',
  'option.function.lessEqual': '小于或等于',
  'option.function.and': '与',
  'option.function.or': '或',
  'option.function.not': '非',

  'problem.broadcast':
    '“{name}”无法把 {expected} 与来自“{from}”的 {received} 结合：从最后一个轴对齐，两个长度必须相等，或其中之一为 1。',
  'problem.matrixProduct':
    '“{name}”要把 {first} 乘以来自“{from}”的 {second}：内侧长度必须相等，现为 {expected} 和 {received}。请转置其中之一，或先做投影。',
  'problem.sequenceRank':
    '“{name}”需要“步数×特征”的序列，从“{from}”收到的是 {shape}。请改变形状，或在前面放一个嵌入层。',
  'problem.constantTooLarge':
    '对来自“{from}”的值，“{name}”需要算出 {received} 个数，而最多保留 {limit} 个。请缩小尺寸。',
  'problem.vectorRank': '“{name}”一次接收一个向量，从“{from}”收到的是 {shape}。请放进逐步读取的循环，或先展平。',
  'problem.stateShape':
    '“{name}”需要形状为 {expected} 的状态（长度等于单元数），从“{from}”收到的是 {received}。请修改单元数，或状态的初值。',
  'problem.maskShape':
    '“{name}”需要形状为 {expected} 的掩码（每一步一个值），从“{from}”收到的是 {received}。请用“比较”从产生这些步的数据得到掩码。',
  'problem.attentionKeys':
    '“{name}”有 {expected} 个值，从“{from}”却收到 {received} 个键：每个值需要一个键。请让二者来自同一序列。',
  'problem.attentionFeatures':
    '“{name}”要把 {expected} 个特征的查询与来自“{from}”的 {received} 个特征的键比较：长度必须相等。请在其中之一前面放一个全连接层，或改用会投影二者的多头注意力。',
  'problem.attentionMask':
    '“{name}”需要形状为 {expected} 的掩码（真表示该键可见），从“{from}”收到的是 {received}。请用“比较”从产生键的数据得到掩码。',
  'problem.formulaBroadcast':
    '“{name}”的公式无法把 {expected} 与 {received} 结合：从最后一个轴对齐，两个长度必须相等，或其中之一为 1。',
  'problem.formulaAxis': '“{name}”：{function} 沿最后一个轴计算，而单个数没有轴。请去掉它，或接入带轴的值。',
  'formula.empty': '请写一个公式，例如 a * sigmoid(b)。',
  'formula.tooLong': '最多 {limit} 个字符。',
  'formula.tooDeep': '括号和函数最多嵌套 {limit} 层。',
  'formula.character': '第 {position} 个字符：“{found}”在公式中没有意义。',
  'formula.value': '第 {position} 个字符：“{found}”之前缺少一个值。',
  'formula.end': '公式在需要一个值的地方结束了。',
  'formula.operator': '第 {position} 个字符：“{found}”之前缺少运算符。',
  'formula.parenthesis': '第 {position} 个字符处的括号没有闭合。',
  'formula.name': '第 {position} 个字符：“{found}”既不是输入，也不是函数。可用的有 {known}。',
  'formula.arguments': '第 {position} 个字符：{found} 的括号里应有 {expected} 个值，现有 {received} 个。',
  'formula.inputs': '公式没有读取任何输入。请至少写出一个：a、b、c……',
  'problem.parameter.formula.empty': '“{name}”：公式 {received} 无法读取。请写一个公式，例如 a * sigmoid(b)。',
  'problem.parameter.formula.tooLong': '“{name}”：公式 {received} 无法读取。最多 {limit} 个字符。',
  'problem.parameter.formula.tooDeep': '“{name}”：公式 {received} 无法读取。括号和函数最多嵌套 {limit} 层。',
  'problem.parameter.formula.character':
    '“{name}”：公式 {received} 无法读取。第 {position} 个字符：“{found}”在公式中没有意义。',
  'problem.parameter.formula.value':
    '“{name}”：公式 {received} 无法读取。第 {position} 个字符：“{found}”之前缺少一个值。',
  'problem.parameter.formula.end': '“{name}”：公式 {received} 无法读取。公式在需要一个值的地方结束了。',
  'problem.parameter.formula.operator':
    '“{name}”：公式 {received} 无法读取。第 {position} 个字符：“{found}”之前缺少运算符。',
  'problem.parameter.formula.parenthesis': '“{name}”：公式 {received} 无法读取。第 {position} 个字符处的括号没有闭合。',
  'problem.parameter.formula.name':
    '“{name}”：公式 {received} 无法读取。第 {position} 个字符：“{found}”既不是输入，也不是函数。可用的有 {known}。',
  'problem.parameter.formula.arguments':
    '“{name}”：公式 {received} 无法读取。第 {position} 个字符：{found} 的括号里应有 {expected} 个值，现有 {received} 个。',
  'problem.parameter.formula.inputs':
    '“{name}”：公式 {received} 无法读取。公式没有读取任何输入。请至少写出一个：a、b、c……',
  'problem.parameter.formula': '“{name}”：{parameter} 应为文本形式的公式，例如 a * sigmoid(b)；实际为 {received}。',
  'problem.vocabulary':
    '“{name}”的查找表有 {received} 行，而“{input}”读取的“{field}”中的编号需要 {expected} 行（从 0 到它减一）。',
  'problem.portNeeded': '按当前设置，“{name}”的 {port} 需要接线。请接上，或改用其他设置。',
  'problem.portSurplus': '按当前设置，“{name}”用不到 {port}。请删除连线，或改用其他设置。',

  'failure.engine.wordNumber':
    '输入“{input}”中有编号 {received}，而它后面的嵌入“{node}”只有 0 到 {maximum} 的行。请增大词表，或修正编号。',
};
