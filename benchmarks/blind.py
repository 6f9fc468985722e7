"""Fifty sentences by somebody who had not read the keywords; nothing is ever tuned on them.

Each line: category code, sentence. What the matcher does not know here it does not know.
"""

from __future__ import annotations

from typing import Final

from incidents.data.sentences import Sentence

LINES: Final = """
order.trespass|东门保安说有人翻墙进来
dispute.consumer|小卖部老板和学生因为找零吵起来了
fire.fire|2栋楼道里有烟味,怕着火
violence.harassment|女生说被陌生男子跟到宿舍楼下
theft.property|电瓶车电池被偷了
help.other|一个快递柜打不开,学生急着取药
fraud.telecom|有人冒充辅导员加QQ骗了两千块
help.found|操场边捡到一部手机
dispute.traffic|校车刮到路边自行车
enquiry.household|学生想问身份证丢了去哪补
help.search|同学失联两天,室友来求助
violence.fight|食堂门口两拨人打起来了
dispute.noise|宿舍半夜打游戏大喊大叫,隔壁投诉
fire.laboratory|实验室酒精打翻起火
accident.water|人工湖有人落水
help.lockout|钥匙忘带进不去门
enquiry.exit|毕业生咨询护照办理
theft.property|外卖箱子被人拿走
order.nuisance|喝醉的人在校门口砸东西
help.search|一老人在校园迷路
order.vending|有人贴小广告发传单
accident.fall|楼顶有人徘徊疑似要跳
dispute.emotional|男友纠缠前女友在楼下争吵
dispute.labour|工人讨要工资堵在行政楼
order.drone|无人机在图书馆上空盘旋
fraud.loan|学生被校园贷催收骚扰
fraud.blackmail|视频裸聊后被威胁转账
theft.bicycle|自行车被偷
traffic.parking|共享单车乱停堵住消防通道
traffic.accident|轿车撞倒一名学生腿部受伤
fire.utilities|水管爆了走廊积水
fire.structure|外墙瓷砖掉落砸到车
help.medical|同学突然抽搐倒地
order.damage|教室窗户被人打碎
theft.property|宿舍柜子里的现金没了
help.animal|一只野狗追咬学生
help.escort|晚上女生害怕请求送回宿舍
enquiry.household|问居住证怎么办
enquiry.vehicle|驾照到期咨询换证
accident.injury|打球摔断手
help.lost|背包在食堂占座时不见了
violence.harassment|有人在厕所偷拍
suspicious.object|发现一个无人认领的箱子
dispute.dormitory|舍友之间为空调温度吵架
violence.robbery|被人抢了手机
suspicious.activity|陌生人在教学楼挨个推门
fraud.telecom|网上买演唱会门票被骗
help.lockout|电梯困人
dispute.other|家长和老师在办公室争吵
fraud.pyramid|发现有人在宿舍搞传销拉人头
"""


def blind() -> tuple[Sentence, ...]:
    """The sentences with their categories; they say nothing else."""
    rows = (line.partition("|") for line in LINES.strip().splitlines())
    return tuple(Sentence(text, code, "", "", "") for code, _bar, text in rows)
