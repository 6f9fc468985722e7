"""Words of the demonstration's calls: places, what happened, what was done. Everything invented."""

from __future__ import annotations

from typing import Final, NamedTuple

from incidents.enums import Disposition

#: Places of an ordinary campus, the busiest first.
PLACES: Final = (
    "南门", "图书馆", "第一食堂", "北门", "体育馆", "3号学生公寓", "教学楼A座", "东门",
    "第二食堂", "7号学生公寓", "操场", "实验楼", "快递站", "校医院", "行政楼", "地下停车场",
)  # fmt: skip

S, M, A, D, G, U, T = (
    Disposition.SETTLED,
    Disposition.MEDIATED,
    Disposition.ASSISTED,
    Disposition.ADVISED,
    Disposition.GUIDED,
    Disposition.UNFOUNDED,
    Disposition.TRANSFERRED,
)


class Call(NamedTuple):
    """One sort of call: category, weight, sentences, dispositions."""

    category: str
    weight: int
    sentences: tuple[str, ...]
    dispositions: tuple[Disposition, ...]


CALLS: Final = (
    Call(
        "help.lost",
        16,
        (
            "学生报称书包遗落在座位上，返回后未找到，内有课本和水杯",
            "来访人员报称校园卡和钥匙在途中遗失",
            "学生报称耳机落在自习室，请求协助查看",
        ),
        (A, A, D),
    ),
    Call(
        "dispute.traffic",
        12,
        (
            "两辆电动车转弯时相碰，双方对责任有争议，无人受伤",
            "外卖车与行人擦碰，双方发生口角",
            "校内货车倒车碰到停放的自行车，车主要求赔偿",
        ),
        (M, M, S),
    ),
    Call(
        "theft.bicycle",
        9,
        (
            "学生报称停放在车棚的电动车不见",
            "报称自行车夜间停放楼下，早晨发现被骑走",
        ),
        (T, T),
    ),
    Call(
        "fraud.telecom",
        9,
        (
            "学生接到自称客服的电话，按要求转账后发现被骗",
            "学生网上刷单被骗，已向平台申诉",
            "接银行预警，学生正与自称公检法的人员通话，民警到场后劝阻成功",
        ),
        (T, T, T),
    ),
    Call(
        "dispute.noise",
        7,
        ("学生反映楼上深夜喧哗，影响休息", "社团活动音响过大，附近宿舍反映"),
        (S, D),
    ),
    Call(
        "dispute.dormitory",
        6,
        ("同宿舍学生因作息问题争吵，请求到场", "宿舍成员因公共费用发生争执"),
        (M, M),
    ),
    Call(
        "dispute.consumer",
        5,
        ("顾客与店家因退换货发生争执", "学生与理发店因办卡退费发生纠纷"),
        (M, D),
    ),
    Call(
        "help.medical",
        5,
        ("学生运动后晕倒，已联系校医院", "教师突发腹痛，请求联系救护车"),
        (A, A),
    ),
    Call("help.lockout", 4, ("钥匙断在门锁内，请求协助", "电梯停在两层之间，两人被困"), (A, A)),
    Call("help.found", 5, ("拾得钱包一个，送交警务室", "保安拾得手机一部，请求查找失主"), (A, G)),
    Call(
        "help.search",
        3,
        ("家长称学生一天未接电话，请求联系", "辅导员称学生未返校，请求协助查找"),
        (A, A),
    ),
    Call(
        "traffic.parking",
        5,
        ("车辆停在消防通道，堵住出口", "校门口车辆违停，影响通行"),
        (S, S),
    ),
    Call("traffic.accident", 3, ("汽车与电动车相撞，一人手臂擦伤",), (S,)),
    Call("violence.fight", 2, ("两名学生打篮球时发生冲突并动手，已拉开",), (T,)),
    Call("theft.property", 4, ("自习室离开十分钟，手提电脑不见", "更衣室柜内手表不见"), (T, T)),
    Call("fire.fire", 2, ("垃圾桶冒烟，保安已用灭火器扑灭", "宿舍充电器冒烟，已断电"), (S, S)),
    Call("fire.utilities", 2, ("楼道水管破裂，请求联系后勤",), (G,)),
    Call("help.animal", 2, ("草地上发现一条蛇，请求处理", "流浪狗追赶学生"), (A, G)),
    Call("accident.injury", 2, ("下楼梯踩空扭伤脚踝，送校医院",), (A,)),
    Call("order.vending", 2, ("校外人员在宿舍楼内发传单",), (D,)),
    Call("order.drone", 1, ("操场上空有无人机飞行，飞手为社团成员",), (D,)),
    Call("suspicious.object", 1, ("门口放有无人认领的拉杆箱，经查为学生寄存",), (U,)),
    Call("enquiry.household", 4, ("咨询集体户口迁移手续", "咨询居住证办理地点"), (D, D)),
    Call("enquiry.exit", 3, ("咨询护照办理需要的材料",), (D,)),
    Call("enquiry.vehicle", 3, ("咨询电动车登记上牌",), (D,)),
)

#: Relative frequency of the 24 hours: little at night, peaks at noon and in the evening.
HOURS: Final = (3, 2, 1, 1, 1, 1, 2, 5, 8, 9, 10, 11, 12, 10, 9, 9, 10, 12, 11, 12, 13, 13, 10, 6)
