import type { tourText as english } from '../en/tour.ts';

export const tourText: Readonly<Record<keyof typeof english, string>> = {
  'help.menu': '帮助',
  'tour.command': '显示导览',
  'tour.label': '导览',
  'tour.count': '导览 · 第 {place} 步，共 {count} 步',
  'tour.skip': '跳过导览',
  'tour.back': '上一步',
  'tour.next': '下一步',
  'tour.done': '完成',

  'tour.run.title': '训练两个网络',
  'tour.run.words':
    '同样的 20 个 sigmoid 层画了两遍：一个是普通堆叠，一个带残差相加。点击“运行”（{keys}），两者并排训练。',
  'tour.dark.title': '普通网络的连线几乎看不见',
  'tour.dark.words':
    '连线的颜色表示沿它传回的梯度。普通网络里几乎没有梯度传到底层。请点击这条连线（{keys} 可逐条选择连线）。',
  'tour.why.title': '为什么看不见',
  'tour.why.words': '检查器说明这条连线上测得了什么、原因是什么，以及可以怎么办。',
  'tour.relu.title': '试试补救办法',
  'tour.relu.words': '一次点击就把普通网络的每一层换成 ReLU 和与之相配的初始化；撤销一次即可全部还原。',
  'tour.again.title': '再运行一次',
  'tour.again.words':
    '连线上的数字属于改动之前的网络。等运行结束或停止后，再运行一次（{keys}）：普通网络的连线会显出颜色。',
  'tour.loop.title': '画一个循环',
  'tour.loop.words': '从这一层的输出拖回到前一层的输入。将要形成的环会亮起来，点击一下就成为循环。用键盘：{keys}。',
  'tour.end.title': '主要的工作就是这些',
  'tour.end.words': '导览一直在“帮助”里。左侧的课程讲得更深：每一课都先提问，再测量，然后解释。',
};
