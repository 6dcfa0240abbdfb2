import type { layerText as english } from '../en/layers.ts';

export const layerText: Readonly<Record<keyof typeof english, string>> = {
  'family.data': '数据',
  'family.core': '基本层',
  'family.convolution': '卷积与池化',
  'family.activation': '激活函数',
  'family.normalisation': '归一化与 Dropout',
  'family.shape': '形状与切分',
  'family.merge': '合并',
  'family.recurrent': '循环',
  'family.attention': '注意力',
  'family.arithmetic': '运算',
  'family.structure': '结构',
  'family.output': '输出',

  'preset.maxPooling2d.name': '二维最大池化',
  'preset.averagePooling2d.name': '二维平均池化',
  'preset.maxPooling1d.name': '一维最大池化',
  'preset.averagePooling1d.name': '一维平均池化',

  'port.out': '输出',

  'layer.input.name': '输入',
  'layer.input.help': '数据从这里进入网络。每个输入读取数据集的一个字段。形状指单个样本的形状，不写批次维。',
  'layer.input.shape': '即所设定的形状和元素类型。',

  'layer.dense.name': '全连接层',
  'layer.dense.help':
    '乘以权重矩阵再加偏置：每个输出都是全部输入的加权和。它作用在最后一个轴上，其余各位置共用同一组权重。反向传播时，梯度要乘以该矩阵的转置；许多层首尾相接，这种连乘可能使梯度消失或爆炸。',
  'layer.dense.shape': '最后一个轴变为单元数，其余各轴不变。',

  'layer.convolution2d.name': '二维卷积',
  'layer.convolution2d.help':
    '用一个小窗口在图像上滑动，每个位置使用同一组权重；每个卷积核给出结果的一个通道。“same”填充在边缘补零，步幅为 1 时高和宽保持不变；“valid”不补零。',
  'layer.convolution2d.shape':
    '高×宽×通道变为行×列×卷积核数。same：⌈尺寸 ÷ 步幅⌉；valid：⌊(尺寸 − 窗口) ÷ 步幅⌋ + 1，其中窗口 = (核尺寸 − 1)·膨胀率 + 1。',

  'layer.pooling2d.name': '二维池化',
  'layer.pooling2d.help':
    '在每个窗口中取最大值或平均值，使图像变小；没有权重。反向传播时，最大池化把全部梯度交给取得最大值的位置，平均池化把梯度均匀分给窗口内各处。填充的零不计入平均。',
  'layer.pooling2d.shape': '高×宽×通道变为行×列×通道。same：⌈尺寸 ÷ 步幅⌉；valid：⌊(尺寸 − 窗口) ÷ 步幅⌋ + 1。',

  'layer.globalPooling2d.name': '二维全局池化',
  'layer.globalPooling2d.help':
    '把图像的每个通道化为一个数：平均值或最大值，常放在卷积部分与分类器之间。张量在这里变小：取平均时，每个位置只分到 1/(高·宽) 的梯度，所以连线上的 RMS 会突变，但这并不是梯度消失。',
  'layer.globalPooling2d.shape': '高×宽×通道变为通道。',

  'layer.flatten.name': '展平',
  'layer.flatten.help': '把一个样本的所有数值排成一行，使全连接层能用到每一个数值。不做任何计算，梯度原样通过。',
  'layer.flatten.shape': '所有轴合为一个轴，长度为各轴长度之积。',

  'layer.activation.name': '激活函数',
  'layer.activation.help':
    '引入非线性：没有激活函数，再多全连接层叠在一起也只相当于一层。反向传播时，梯度要乘以激活函数在各处的导数。Sigmoid 的导数不超过 0.25，tanh 的导数不超过 1，ReLU 的导数为 0 或 1；梯度是否衰减，由导数与权重共同决定。',
  'layer.activation.shape': '不变。Softmax 沿最后一个轴计算。',

  'layer.batchNormalisation.name': '批量归一化',
  'layer.batchNormalisation.help':
    '用每个特征在整个批次（及所有位置）上的均值和标准差做平移与缩放，再乘以、加上两个可学习的向量 gamma 和 beta；预测时改用滑动平均。此后的结果不再依赖前面权重的尺度，但权重本身并没有因此受到限制。把残差分支中最后一个 gamma 的初值设为 0，该分支就从 0 开始。',
  'layer.batchNormalisation.shape': '不变；gamma、beta 和滑动平均的长度等于最后一个轴。',

  'layer.layerNormalisation.name': '层归一化',
  'layer.layerNormalisation.help':
    '对每个样本，用它自身最后一个轴上的均值和标准差做平移与缩放，再乘以 gamma、加上 beta。训练与预测时计算相同，也不依赖批次。',
  'layer.layerNormalisation.shape': '不变；gamma 和 beta 的长度等于最后一个轴。',

  'layer.dropout.name': 'Dropout（随机失活）',
  'layer.dropout.help':
    '训练时随机把一部分数值置零，并放大其余数值，使期望不变；预测时不起作用。梯度只从保留下来的位置通过。在循环中，掩码可以每次迭代重新抽取，也可以整个循环只抽一次。',
  'layer.dropout.shape': '不变。',

  'layer.add.name': '相加',
  'layer.add.help':
    '把各输入相加。反向传播时，梯度被原样复制到每个输入。在残差块 y = F(x) + x 中，两路梯度在 x 分叉的地方重新汇合：它们在那里相加，也可能相互抵消。',
  'layer.add.shape': '所有输入形状相同，和的形状也相同。',

  'layer.multiply.name': '相乘',
  'layer.multiply.help':
    '把各输入逐元素相乘，就像门控：由一个输入决定另一个输入通过多少。反向传播时，每个输入得到的梯度等于上游梯度乘以其余输入之积。',
  'layer.multiply.shape': '所有输入形状相同，积的形状也相同。',

  'layer.concatenate.name': '拼接',
  'layer.concatenate.help':
    '按连线的顺序，沿某一个轴把各输入拼在一起。反向传播时，每个输入得到梯度中属于自己的那一段。轴 −1 表示最后一个轴（特征或通道）；批次维不计在内。',
  'layer.concatenate.shape': '该轴的长度相加；其余各轴长度必须相等，且保持不变。',

  'layer.parametricRelu.name': '参数化 ReLU（PReLU）',
  'layer.parametricRelu.help':
    '零以下斜率可学习的 ReLU：每个通道一个、每个元素一个，或全部共用一个。斜率自身的梯度只来自负值。',
  'layer.parametricRelu.shape': '不变；在共用的轴上，alpha 的长度为 1。',

  'layer.scaleBias.name': '缩放与偏置',
  'layer.scaleBias.help':
    '乘以可学习的数，再加上可学习的数：每个通道一组、每个元素一组，或全部共用一组。在残差分支末尾放一个初值为 0 的缩放（ReZero），该分支就从 0 开始，无需任何归一化。',
  'layer.scaleBias.shape': '不变。',

  'layer.rescaling.name': '重新缩放',
  'layer.rescaling.help':
    '乘以一个固定的数，再加上另一个固定的数：例如把 0 到 255 的字节变为 0 到 1 的数。没有可学习的量；梯度乘以该系数。',
  'layer.rescaling.shape': '不变。',

  'layer.reshape.name': '变形',
  'layer.reshape.help':
    '把一个样本的数值按原来的顺序写成另一种形状。可以有一个长度写作 −1，由其余长度推算。不做任何计算，梯度原样通过。',
  'layer.reshape.shape': '即所设定的形状；元素个数不变。',

  'layer.permute.name': '轴置换',
  'layer.permute.help':
    '交换各轴：结果的第 i 个轴，是列表第 i 位所指的输入轴。可以把通道在前变为通道在后，或把特征序列转置。',
  'layer.permute.shape': '各轴长度按新的顺序排列。',

  'layer.repeatVector.name': '重复',
  'layer.repeatVector.help':
    '在新的第一个轴上把同一个值连续放 n 次，例如把一个向量交给序列的每一步。反向传播时，所有副本的梯度相加。',
  'layer.repeatVector.shape': '新增长度为 n 的第一个轴，其余各轴不变。',

  'layer.slice.name': '切片',
  'layer.slice.help':
    '沿一个轴取出一段：从起点到终点（不含终点）。负数从轴的末尾数起。反向传播时，没有取到的部分梯度为零。',
  'layer.slice.shape': '该轴的长度变为终点 − 起点，其余各轴不变。',

  'layer.split.name': '拆分',
  'layer.split.help':
    '沿一个轴把一个值切成几份，每份有自己的输出：等分，或按给定的长度切分。反向传播时，各份的梯度重新拼在一起。',
  'layer.split.shape': '各输出在该轴上的长度为所分得的长度，其余各轴不变。',

  'layer.zeroPadding.name': '补零',
  'layer.zeroPadding.help': '在样本的前几个轴的首尾补零：图像的行和列，或序列的时间步。',
  'layer.zeroPadding.shape': '各轴增加首尾所补的长度。',

  'layer.cropping.name': '裁剪',
  'layer.cropping.help': '在样本的前几个轴的首尾裁去元素：图像的行和列，或序列的时间步。被裁去的部分梯度为零。',
  'layer.cropping.shape': '各轴减去首尾裁去的长度。',

  'layer.convolution1d.name': '一维卷积',
  'layer.convolution1d.help':
    '用一个窗口沿序列滑动，每个位置使用同一组权重。因果填充只在开头补零，因此任何一步都看不到之后的内容。',
  'layer.convolution1d.shape':
    '长度×通道变为位置数×卷积核数。same 与因果：⌈长度 ÷ 步幅⌉；valid：⌊(长度 − 窗口) ÷ 步幅⌋ + 1，其中窗口 = (核尺寸 − 1)·膨胀率 + 1。',

  'layer.convolution3d.name': '三维卷积',
  'layer.convolution3d.help': '用一个长方体窗口在体数据或视频中滑动，每个位置使用同一组权重。',
  'layer.convolution3d.shape': '深×高×宽×通道变为深×行×列×卷积核数，各维的算法与二维相同。',

  'layer.depthwiseConvolution2d.name': '二维深度卷积',
  'layer.depthwiseConvolution2d.help':
    '每个通道有自己的窗口，通道之间互不混合。它的权重和乘法次数远少于普通卷积；后接 1×1 卷积即可混合通道。',
  'layer.depthwiseConvolution2d.shape': '高×宽×通道变为行×列×（通道 · 倍数），算法与卷积相同。',

  'layer.separableConvolution2d.name': '二维深度可分离卷积',
  'layer.separableConvolution2d.help': '先做深度卷积，再用 1×1 卷积混合通道：作用范围与普通卷积相近，权重却少得多。',
  'layer.separableConvolution2d.shape': '高×宽×通道变为行×列×卷积核数，算法与卷积相同。',

  'layer.transposedConvolution2d.name': '二维转置卷积',
  'layer.transposedConvolution2d.help':
    '把卷积对梯度所做的运算用作前向计算：每个值铺展到一个窗口，窗口重叠处相加。步幅为 2 时，高和宽加倍。',
  'layer.transposedConvolution2d.shape':
    '高×宽×通道变为行×列×卷积核数。same：尺寸 · 步幅；valid：尺寸 · 步幅 + max(核尺寸 − 步幅，0)。',

  'layer.pooling1d.name': '一维池化',
  'layer.pooling1d.help': '沿序列在每个窗口中取最大值或平均值。',
  'layer.pooling1d.shape': '长度×通道变为位置数×通道。same：⌈长度 ÷ 步幅⌉；valid：⌊(长度 − 窗口) ÷ 步幅⌋ + 1。',

  'layer.globalPooling1d.name': '一维全局池化',
  'layer.globalPooling1d.help': '把序列的每个通道化为一个数：所有时间步上的平均值或最大值。',
  'layer.globalPooling1d.shape': '长度×通道变为通道。',

  'layer.upsampling2d.name': '二维上采样',
  'layer.upsampling2d.help':
    '按整数倍放大图像：重复每个值，或在值之间插值。没有可学习的量。反向传播时，每个值得到它所影响的所有位置的梯度之和。',
  'layer.upsampling2d.shape': '高×宽×通道变为（高 · 倍数）×（宽 · 倍数）×通道。',

  'layer.groupNormalisation.name': '组归一化',
  'layer.groupNormalisation.help':
    '把通道分成若干组，对每个样本的每一组，用它在所有位置上的均值和标准差做平移与缩放，再乘以各通道的 gamma、加上 beta。它不依赖批次。只有一组时全部一起归一化；组数等于通道数时即为实例归一化。',
  'layer.groupNormalisation.shape': '不变；gamma 和 beta 的长度等于最后一个轴。',

  'layer.gaussianNoise.name': '高斯噪声',
  'layer.gaussianNoise.help': '训练时给每个值加上一个服从正态分布的随机数，预测时不起作用。梯度原样通过。',
  'layer.gaussianNoise.shape': '不变。',

  'layer.output.name': '输出',
  'layer.output.help':
    '网络的一个终点：它就是要预测、导出并与目标比较的值。输出变换（softmax 或 sigmoid）把它变成概率，但只用于预测和导出。损失函数读取变换之前的值，即 logits，因为概率舍入为 0 或 1 时，由 logits 计算仍然精确。',
  'layer.output.shape': '与它的输入相同。',

  'layer.frame.name': '分组框',
  'layer.frame.help': '把相关的节点框在一起，不影响计算。',
  'layer.frame.shape': '无。',

  'layer.loop.name': '循环',
  'layer.loop.help':
    '把内部的计算重复 N 次。状态把一次迭代的值带到下一次，所有状态同时更新。内部的权重由各次迭代共享，除非节点声明每一步各用一份。共享权重的梯度等于各次迭代贡献之和。',
  'layer.loop.shape': '状态的形状保持不变。“last”给出最后一次迭代的值，“all”把 N 个值沿新的第一个轴堆叠起来。',

  'layer.cell.name': '单元',
  'layer.cell.help':
    '单元的一个实例：网络只画一次，可以用在多处。共享权重的实例共同训练同一组权重；拥有独立权重的实例各有一份。',
  'layer.cell.shape': '由单元的定义根据接入的连线算出。',

  'layer.cellInput.name': '单元输入',
  'layer.cellInput.help': '用在单元的定义内部：单元某个输入端口的值从这里进入。',
  'layer.cellInput.shape': '与实例处的连线相同。',

  'layer.cellOutput.name': '单元输出',
  'layer.cellOutput.help': '用在单元的定义内部：接到这里的值从单元的某个输出端口送出。',
  'layer.cellOutput.shape': '与它的输入相同。',

  'layer.opaque.name': '未知层',
  'layer.opaque.help':
    '从其他程序的文件中读入、而 Gradloom 没有的层。它连同全部属性一起保留，可以显示和保存；但含有它的网络不能运行。',
  'layer.opaque.shape': '以文件所写为准。',
};
