import type { imageTemplateText as english } from '../en/imageTemplates.ts';

export const imageTemplateText: Readonly<Record<keyof typeof english, string>> = {
  'template.family.basics': '入门网络',
  'template.family.images': '图像',
  'template.family.depth': '沿深度方向',
  'template.family.sequences': '序列与注意力',
  'template.family.exact': '梯度有精确解',

  'template.resnet-cifar.name': '小图像 ResNet',
  'template.resnet-cifar.help':
    '6n + 2 层的残差网络：三级，每级 n 个残差块，每块两个卷积，通道数依次为 16、32、64。去掉跳跃连接，就是论文中用来对比的普通网络。论文在 CIFAR-10 上训练；这里学习辨认十种彩色形状。10 个类别时，20 层有 269,722 个权重，56 层有 853,018 个。',

  'template.setting.shortcut': '跳跃连接',
  'template.setting.shortcut.help':
    '在通道数加倍、图像缩小一半的地方怎样跳过残差块。A：隔一个像素取一个，新通道补零，没有权重。B：1×1 卷积。无：普通网络。',
  'template.setting.firstChannels': '最初的通道数',
  'template.setting.firstChannels.help': '最前面各层的通道数；其余各层随之而定。',
  'template.setting.order': '归一化与激活的位置',
  'template.setting.order.help':
    '像 2015 年的论文那样放在每个卷积之后，求和之后还有一次激活；或像 2016 年的论文那样放在卷积之前，求和的主干上不再经过任何激活。',
  'template.setting.side': '高与宽',
  'template.setting.side.help': '图像的边长，单位为像素。权重数量与它无关，计算时间与它有关。',
  'template.setting.depth.help': '沿最长路径数出的带权重的层数。',
  'template.option.shortcut.A': 'A：补零',
  'template.option.shortcut.B': 'B：投影',
  'template.option.shortcut.none': '无（普通网络）',
  'template.option.order.after': '卷积之后',
  'template.option.order.before': '卷积之前',
  'template.option.normalisation.none': '无',
  'template.option.normalisation.batch': '批量归一化',
  'template.option.normalisation.group': '组归一化',
  'template.option.normalisation.layer': '层归一化',

  'template.frame.stage': '第 {stage} 级 · {channels} 个通道',
  'template.cell.block': '残差块，{channels} 个通道',
  'template.cell.down': '残差块，尺寸减半，升至 {channels} 个通道',
  'template.document.resnet': 'ResNet-{depth}',
  'template.document.plainCifar': '普通网络，{depth} 层',

  'template.resnet.name': 'ResNet',
  'template.resnet.help':
    '用于 ImageNet 的残差网络，50、101 或 152 层：四级瓶颈块，依次为 1×1、3×3、1×1 卷积。1000 个类别时，ResNet-50 有 25,557,032 个权重。这里学习辨认十种彩色形状，图像为 64×64，每一步不会太久；换成 224×224，权重仍是这些。',
  'template.rla-net.name': 'RLA-Net（论文原版）',
  'template.rla-net.help':
    'Recurrent Layer Aggregation（循环层聚合）：每个残差块还读取 32 通道的记忆 h；每一级有一个小的循环单元沿深度传递它。同一级的各块共享该单元的卷积，但不共享它的归一化。1000 个类别时，RLA-ResNet50 有 25,870,696 个权重。Gradloom 最初的笔记用这个名字讲的是另一个网络：那里全部工作由一个共享单元完成，权重数量与 N 无关；而这里主干卷积并不共享，权重比 ResNet-50 还多。',
  'template.rla-net.note':
    '按论文（Zhao 等，2021）：块 b = BN(W3 ReLU(BN(W2 ReLU(BN(W1 [x; h]))))), x ← ReLU(b + 跳跃连接)，h ← U * tanh(BN(h + V * b))。U 和 V 由同一级的所有块共享，BN 与主干卷积不共享。每块最后一个归一化从 γ = 0 开始。\n名字是 Recurrent Layer Aggregation 的缩写。Gradloom 最初的笔记讲的是另一个网络：同一个单元 (x, h) ← R(x, h) 作用 N 次，即模板“沿深度循环”。',
  'template.dianet.name': 'DIANet（论文原版）',
  'template.dianet.help':
    '用于分类的 Dense-and-Implicit Attention（密集隐式注意力）：9n + 2 层的 ResNet，每一级有一个类似 LSTM 的单元，由该级所有块共享，用来缩放各块分支的通道。通道数为 64、128、256 的单元分别有 10,784、42,048、166,016 个权重。Gradloom 最初的笔记用这个名字讲的是另一个网络：回答图像问题的记忆注意力网络，在 Gradloom 中称为“迭代注意力（笔记中的 DIANet）”。',
  'template.dianet.note':
    '按论文（Huang 等，2020）：z 为块分支 b 的全局平均，[i, f, g, o] = A(z) + B(h)；c ← σ(f)c + σ(i)tanh(g)；h ← σ(o)σ(c)；x ← ReLU(s + b ⊙ h)，s 为跳跃连接。每一级一个单元，开始时 h = c = 0。\nGradloom 最初的笔记称为 DIANet 的是另一个网络：它用记忆和对图像区域的注意力回答图像问题，与 SAN、DMN+、MAC 相近。',
  'template.densenet.name': 'DenseNet',
  'template.densenet.help':
    '在一个密集块里，每一层读取前面所有层的输出（拼接在一起），再添上 k 个通道。每一层的梯度到损失都有一条近路。三个块、每块 12 层、k = 12，就是论文中的 DenseNet-40，有 1,019,722 个权重。',
  'template.unet.name': 'U-Net',
  'template.unet.help':
    '指出每个像素属于什么：先逐级变为更小、通道更多的图像，再逐级放大，每一级拼接上下行时同级的特征。学习分割互相遮挡的彩色形状。这里的卷积保持尺寸，因此不必裁剪。',
  'template.autoencoder.name': '自编码器',
  'template.autoencoder.help':
    '只凭几个数的编码把数字重新画出来：输入什么，就该输出什么。把编码变小，看看会丢失什么。可用全连接层或卷积层。',
  'template.setting.classes': '类别数',
  'template.setting.classes.help': '最后一层的类别数。数据只有十类；多出来的类别永远不会是正确答案。',
  'template.setting.levels': '级数',
  'template.setting.levels.help': '下行时图像减半的次数。',
  'template.setting.enlargement': '上行方式',
  'template.setting.blocks': '密集块数',
  'template.setting.layersInBlock': '每块层数',
  'template.setting.growth': '增长率 k',
  'template.setting.growth.help': '每一层添加的通道数。',
  'template.setting.blocksInStage': '每级块数',
  'template.setting.form': '层的种类',
  'template.setting.code': '编码的长度',
  'template.setting.start': 'h 的起点',
  'template.option.enlargement.transposed': '转置卷积',
  'template.option.enlargement.nearest': '最近邻',
  'template.option.form.dense': '全连接层',
  'template.option.form.convolution': '卷积层',
  'template.option.start.zeros': '零',
  'template.option.start.learned': '可学习',
  'template.setting.cellWeights': '单元的权重',
  'template.option.cellWeights.shared': '各次循环共享',
  'template.option.cellWeights.perStep': '每次循环各有一套',
  'template.frame.dense': '密集块 {block} · 通道 {from} 至 {to}',
  'template.frame.encoder': '编码器',
  'template.frame.decoder': '解码器',
  'template.cell.first': '首个残差块，{channels} 个通道',
  'template.cell.denseLayer': '密集层，增加 {growth} 个通道',
  'template.cell.pair': '两个卷积，{channels} 个通道',
  'template.cell.recurrence': '第 {stage} 级的循环单元',
  'template.cell.dia': '第 {stage} 级的 DIA-LSTM，{channels} 个通道',
  'template.cell.recalibrate': '缩放并相加',
  'template.document.rlaNet': 'RLA-ResNet{depth}',
};
