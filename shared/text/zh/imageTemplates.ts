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
  'template.option.normalisation.batch': '批归一化',
  'template.option.normalisation.group': '组归一化',
  'template.option.normalisation.layer': '层归一化',

  'template.frame.stage': '第 {stage} 级 · {channels} 个通道',
  'template.cell.block': '残差块，{channels} 个通道',
  'template.cell.down': '残差块，尺寸减半，升至 {channels} 个通道',
  'template.document.resnet': 'ResNet-{depth}',
  'template.document.plainCifar': '普通网络，{depth} 层',
};
