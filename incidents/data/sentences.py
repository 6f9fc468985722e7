"""Labelled sentences: what the matcher is measured with, and what a new rule is tried on.

Everything is invented. Each line: category code, disposition ("-" where none is said), sentence.
`[…]` marks the place, `<…>` the time words; both marks are taken off before matching. The held-out
part was written before the first keyword of `keywords.py` existed; rules are tuned on TUNING only.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final

#: Places of the invented campus in which the sentences play: name, other names.
PLACES: Final = (
    ("南门", ""), ("北门", ""), ("东门", ""), ("西门", ""), ("图书馆", "图馆"), ("第一食堂", ""),
    ("第二食堂", ""), ("第三食堂", ""), ("体育馆", ""), ("游泳馆", ""), ("操场", "田径场"),
    ("篮球场", ""), ("教学楼A座", "A教"), ("教学楼B座", "B教"), ("实验楼", ""), ("化学楼", ""),
    ("行政楼", "办公楼"), ("校医院", "医务室"), ("快递站", "菜鸟驿站 驿站"), ("地下停车场", "地库"),
    *((f"{number}号学生公寓", "") for number in range(1, 16)), ("研究生公寓", "研寓"),
    ("镜湖", "人工湖"), ("樱花大道", ""), ("大学生活动中心", "大活"), ("商业街", ""),
    ("家属区", ""), ("校车站", ""), ("浴室", "澡堂"), ("教工宿舍", ""), ("创业园", ""),
)  # fmt: skip

HELD_OUT_LINES: Final = """
theft.bicycle|-|[北门]停的小电驴没了，锁被剪断丢在地上
theft.bicycle|transferred|[7号公寓]楼下电瓶被人拆走，已转派出所立案 <-40>
theft.bicycle|-|<昨晚2210>停[图书馆]门前的捷安特自行车今早发现不翼而飞
theft.bicycle|unfounded|[体育馆]报电动车被盗，实为同学骑走忘记说
theft.property|transferred|[图书馆]三楼占座的笔记本电脑让人顺走了，移交城东所
theft.property|-|[操场]看台放的书包里钱包不见，怀疑被扒
theft.property|-|[游泳馆]更衣柜被撬，手机两部不翼而飞
theft.property|-|[快递站] 快递被冒领 耳机一副
theft.property|settled|[第二食堂]外卖被人拿错，查监控后归还
theft.burglary|transferred|[教工宿舍]3单元502家里进贼，抽屉被翻，已通知刑侦
theft.burglary|-|[12号公寓]310室半夜有人翻窗进来偷东西 <0320>
fraud.telecom|transferred|学生刷单被骗1.2万，已移交反诈中心
fraud.telecom|advised|[9号学生公寓]女生接冒充客服电话要退款，尚未转账，已宣传反诈
fraud.telecom|-|冒充老师加QQ群收资料费，十几个新生扫码付了钱
fraud.telecom|transferred|游戏装备交易被骗四千八，做好笔录移送派出所
fraud.telecom|advised|反诈预警，见面劝阻，未造成损失
fraud.loan|-|大三男生借了网贷滚到八万，现在对方天天打电话给他爸妈催债
fraud.loan|advised|学生被拉去办美容贷，告知其不要再签合同
fraud.blackmail|transferred|男生视频聊天后被对方以发通讯录要挟打钱
fraud.blackmail|-|裸聊被敲诈三千块，还在不停要
fraud.pyramid|transferred|学生被网友骗去听课拉人头，手机被没收，家长报案
dispute.traffic|mediated|[南门] 电动车和轿车刮蹭 双方谈拢赔500
dispute.traffic|mediated|[樱花大道]两个骑车的撞一起吵起来，调解好了 <-20>
dispute.traffic|-|[西门] 出租车司机与学生因车费起争执
dispute.dormitory|mediated|[3号公寓]214室友因空调温度吵架，经调解握手言和
dispute.dormitory|mediated|[5号学生公寓]同寝室两女生为打扫卫生闹矛盾 调解
dispute.dormitory|advised|[研究生公寓]室友带外人留宿引发口角，批评教育
dispute.consumer|mediated|[商业街]理发店办卡不退钱，协商退一半
dispute.consumer|-|[第一食堂]吃出虫子找窗口理论，要求赔偿
dispute.consumer|guided|[商业街]眼镜店配镜度数不对不给退，引导打12315
dispute.labour|-|[创业园]兼职发传单老板拖欠工资不给
dispute.labour|guided|工地工人来校讨薪，引导其到劳动监察 [西门]
dispute.emotional|mediated|[镜湖]边情侣分手拉扯，女方情绪激动，已劝解
dispute.emotional|-|前男友在[8号公寓]楼下纠缠要求复合
dispute.noise|settled|[11号公寓]半夜打游戏大喊大叫影响休息，现场制止 <2350>
dispute.noise|-|[家属区]楼上装修电钻声太大
dispute.noise|settled|[操场]社团音响声大扰民 已关
dispute.other|mediated|[篮球场]两拨人抢场地争吵，未动手，劝开
dispute.other|-|[图书馆]占座引起争吵
dispute.other|mediated|[第二食堂]排队插队吵起来了 现场调和
violence.fight|transferred|[篮球场]打球起冲突互殴，两人带回派出所
violence.fight|-|[15号公寓]楼道里几个男生扭打在一起 <-5>
violence|-|[第三食堂]阿姨被学生扇了一巴掌
violence|transferred|[南门]保安被外来人员推搡殴打，脸部红肿，移交
violence.injury|transferred|[商业街]有人持刀砍人，一人流血，已移交刑警
violence.harassment|-|[图书馆]自习室有男的摸女生大腿
violence.harassment|transferred|[游泳馆]女更衣室发现偷拍，嫌疑人移交派出所
violence.harassment|-|[樱花大道]晚上有人露阴 <昨晚2140>
violence.harassment|advised|女生收到陌生人骚扰短信，建议拉黑保存证据
violence.robbery|transferred|[北门]外巷子手机被两个骑摩托的抢走，移交
order.damage|-|[地下停车场]车被划了一道，怀疑故意
order.damage|settled|[教学楼B座]自动售货机玻璃被踹碎，照价赔偿
order.trespass|settled|[东门]校外人员翻墙进校，劝离
order.trespass|advised|[13号公寓]推销的混进宿舍楼，教育后带离
order.nuisance|settled|[商业街]醉汉闹事砸瓶子，约束醒酒后家属领回
order.nuisance|-|[第一食堂]喝多了在里面耍酒疯骂人
order.vending|settled|[南门]口摆摊卖烤肠堵人行道，劝离
order.vending|advised|[教学楼A座]有人派发考研传单，收缴教育
order.drone|-|[操场]上空无人机乱飞拍人
order.gathering|-|[行政楼]前几十名学生聚集讨说法
order.gathering|settled|[大活]门口粉丝扎堆等明星，疏散完毕
order.drugs|transferred|[研究生公寓]有人吸笑气，移交禁毒大队
traffic.accident|-|[东门]路口小汽车撞倒骑自行车学生，腿骨折，120已到 <1745>
traffic.accident|transferred|[樱花大道]校车追尾私家车，交警到场处理
traffic.parking|settled|[7号公寓]消防通道被私家车堵死，电话挪车
traffic.parking|-|[校车站]有车乱停，校车进不来
fire.fire|settled|[6号公寓]阳台着火，灭火器扑灭，无人伤
fire.fire|-|[地下停车场]电瓶车充电起火浓烟
fire.fire|-|[第三食堂]后厨油锅烧起来了 <t>
fire.laboratory|-|[化学楼]406反应釜爆炸，一名研究生手被炸伤
fire.laboratory|settled|[实验楼]试剂瓶打翻有刺鼻气味，人员撤离，专业处置完毕
fire.utilities|guided|[4号公寓]整栋停电，已通知后勤维修
fire.utilities|-|[家属区]闻到煤气味，疑似漏气
fire.utilities|guided|[教学楼A座]三楼厕所爆管水漫走廊，报后勤
fire.structure|-|[2号学生公寓]楼上掉下来一块瓷砖差点砸到人
fire.structure|settled|[篮球场]大风把围栏吹倒，拉警戒线
accident.injury|assisted|[体育馆]打羽毛球崴脚，扶去校医院
accident.injury|assisted|[第一食堂]被热汤烫到手，送医
accident.water|-|[镜湖]有人掉湖里了 <t>
accident.water|assisted|[游泳馆]泳池学生呛水昏迷，救起送医院
accident.fall|-|[10号公寓]有人从五楼阳台掉下来
help.lost|assisted|[校车站]把双肩包落车上了，联系司机找回
help.lost|-|钱包和学生证丢了，大概在[第二食堂]到[图书馆]路上
help.lost|assisted|[操场]跑步掉了车钥匙 帮找到了
help.found|assisted|[浴室]捡到金项链一条，已联系失主取走
help.found|-|同学捡到身份证交来警务室
help.search|assisted|妈妈打不通女儿电话两天了，已在[9号公寓]找到本人
help.search|-|辅导员报学生昨晚没回寝，手机关机
help.search|assisted|[家属区]老人走失，调监控找到送回
help.medical|assisted|[教学楼B座]上课时一学生抽搐倒地，叫救护车
help.medical|assisted|[图书馆]女生低血糖昏倒，送校医
help.medical|-|[操场]体测跑完胸闷喘不上气
help.lockout|assisted|[行政楼]电梯卡住，3人困里面，维保救出
help.lockout|assisted|[14号公寓]门反锁进不去，开锁师傅打开
help.animal|guided|[镜湖]边有野狗咬人，联系城管抓走
help.animal|settled|[1号公寓]女生寝室进了蝙蝠，赶出去了
help.animal|-|[实验楼]墙上有个大马蜂窝
help.escort|assisted|女生深夜从地铁站回校害怕，请求护送 <2340>
help.escort|assisted|学生去银行存一大笔社团经费要人陪着
help.other|assisted|[快递站]东西太重搬不动请帮忙 已帮
help.other|assisted|手机没电借充电器联系家人
enquiry.household|advised|问毕业后户口怎么迁回老家，已答复
enquiry.household|-|咨询身份证丢了异地补办
enquiry.exit|advised|留学生问签证延期手续 告知去出入境
enquiry.exit|-|咨询办港澳通行证要带什么
enquiry.vehicle|advised|来问电动车怎么上牌，已解答
enquiry.vehicle|-|驾照到期换证在哪办？
enquiry.law|advised|房东不退押金问能不能起诉，给了建议
enquiry.law|advised|学生询问被人网上造谣如何维权，告知途径
enquiry.other|advised|问暑假警务室几点上班 已告知
enquiry.other|guided|问校园卡去哪补，指路到行政楼
suspicious.object|unfounded|[图书馆]门口无主黑色行李箱，检查是衣物
suspicious.object|-|[校车站]垃圾桶旁有个滴答响的纸箱
suspicious.activity|unfounded|[5号公寓]陌生男子在楼下来回转悠，核实是等人的家长
suspicious.activity|-|[地下停车场]有人挨个拉车门 <0215>
suspicious.activity|settled|[家属区]有人挨家敲门做标记，盘问后劝离
theft|-|[商业街]小偷被店员当场抓住 <-2>
help.found|assisted|不是被偷，[第一食堂]保洁捡到手机送来，失主已领回
dispute.other|mediated|[大活]不是打架，两社团为排练时间争执，协调解决
theft.bicycle|-|[西门]盗电动车未遂，人跑了
help.medical|assisted|[体育馆] 有人晕到了，不是打架，已送医
traffic.parking|-|xf通道堵车 [8号公寓] 违停
dispute.traffic|mediated|[nm] ddcjf ytj <-15>
help.lost|-|[tsg] 手机遗失 <1420>
other|-|[南门]有人反映路灯杆上贴了奇怪的字条
theft.property|-|宿舍2330室晾在走廊的鞋子被人偷了
"""

TUNING_LINES: Final = """
theft.bicycle|transferred|[南门]电动车被盗 已移交派出所 <-15>
theft.bicycle|-|[4号学生公寓]车棚里自行车不见了
theft.bicycle|transferred|[6号公寓]楼下电瓶车被偷，价值两千，转派出所
theft.bicycle|-|[第三食堂]门口折叠车被人骑走没还 <1210>
theft.bicycle|-|[教学楼A座]电动车电池失窃
theft.bicycle|unfounded|[实验楼]报单车丢失，后发现停在另一侧，误报
help.lost|assisted|[北门]忘记电动车停哪了，帮忙找到
theft.property|-|[图书馆]平板电脑被偷 <-30>
theft.property|transferred|[篮球场]放在地上的手机被盗，已移交
theft.property|-|[1号公寓]103寝室抽屉里现金少了八百
theft.property|-|[浴室]储物柜里手表被盗
theft.property|-|[快递站]包裹被偷拿，监控拍到
theft.property|transferred|[第一食堂]扒手偷手机被抓现行，移送派出所
theft.property|-|[教学楼B座]教室里耳机不翼而飞
theft.property|settled|[2号公寓]外卖被偷，找到拿错的人，已归还
theft.property|-|晾晒的衣服被偷 [8号公寓]
theft.burglary|-|[家属区]有人撬门入室盗窃 <2330>
theft.burglary|transferred|[教工宿舍]家中被盗首饰若干，刑警勘查，移交
theft.burglary|-|[10号学生公寓]凌晨有人溜门入室偷电脑
theft|-|[商业街]发现小偷 <t>
fraud|transferred|租房被假房东骗押金三千，移交派出所
fraud|-|[西门]买到假演唱会票被骗六百
fraud.telecom|transferred|刷单诈骗损失5600元 已移交
fraud.telecom|advised|接到自称公检法电话，未转账，宣传防骗知识
fraud.telecom|-|学生网购被骗800元
fraud.telecom|transferred|冒充领导加微信要求转账，被骗两万，移交刑侦
fraud.telecom|advised|96110预警，上门劝阻，已卸载诈骗软件
fraud.telecom|-|杀猪盘，女老师投资虚拟币亏十万
fraud.telecom|transferred|QQ被盗号借钱，同学转了2000，已报反诈中心移交
fraud.telecom|advised|收到ETC诈骗短信点了链接，已冻结银行卡，提醒
fraud.telecom|-|注销校园贷诈骗，学生转账一万五
fraud.loan|-|学生陷入校园贷，被暴力催收
fraud.loan|transferred|套路贷，借五千要还三万，移交派出所
fraud.loan|advised|咨询网贷逾期被催债，告知处理途径
fraud.blackmail|transferred|裸聊敲诈，损失3000，移交派出所
fraud.blackmail|advised|被人用裸照威胁要钱，建议不转账并报案
fraud.pyramid|transferred|学生疑似陷入传销，已移交经侦
fraud.pyramid|advised|[创业园]有人开会拉人头发展下线，教育劝离
dispute.traffic|mediated|[南门] 电动车纠纷 已调解 <-15>
dispute.traffic|mediated|[东门]两车剐蹭，双方协商一致
dispute.traffic|-|[地下停车场]倒车蹭了别人的车，为赔偿争吵
dispute.traffic|mediated|[校车站]自行车撞到行人，起纠纷，调解赔偿200
dispute.traffic|advised|[北门]外卖车与电动车碰擦起争执，已劝说自行协商
dispute.dormitory|mediated|[3号学生公寓]室友纠纷 已调解
dispute.dormitory|mediated|[9号公寓]宿舍矛盾，室友因作息争吵，调解
dispute.dormitory|advised|[7号公寓]舍友不合吵架，教育
dispute.dormitory|-|[2号公寓]同宿舍的因电费分摊闹矛盾
dispute.consumer|mediated|[商业街]退款纠纷 双方和解
dispute.consumer|guided|[快递站]快递损坏索赔纠纷，指引向邮政部门投诉
dispute.consumer|-|[第二食堂]多收钱，顾客和店员吵架
dispute.consumer|mediated|[商业街]美容店强制消费，调解退款
dispute.labour|guided|[西门]工人讨要工资，引导至劳动仲裁
dispute.labour|mediated|学生兼职工资纠纷，调解后结清
dispute.emotional|mediated|[12号公寓]情侣吵架，已劝和
dispute.emotional|-|[操场]男女朋友分手纠纷
dispute.emotional|advised|[图书馆]追求者纠缠女生，批评教育
dispute.noise|settled|[5号公寓]噪音扰民，已制止 <2300>
dispute.noise|-|[家属区]广场舞音乐声太吵
dispute.noise|settled|[13号公寓]深夜唱歌喧哗，现场劝阻
dispute.noise|advised|[创业园]施工噪声影响上课 提醒施工方
dispute.noise|-|[nm] 扰民
dispute.other|mediated|[教学楼A座]教室使用纠纷 调解
dispute.other|-|[第一食堂]学生与保安吵架
dispute.other|mediated|[操场]踢球占场地发生口角，现场调解
dispute.other|-|[行政楼]师生发生争执
violence|transferred|[南门]保安被打，移交派出所
violence|-|[第二食堂]有人打人
violence|-|[北门]司机殴打学生
violence.fight|transferred|[操场]打架，双方带回派出所 <-10>
violence.fight|-|[商业街]多人斗殴 <t>
violence.fight|mediated|[6号公寓]两学生打架，轻微伤，双方和解
violence.fight|settled|[篮球场]打起来了，现场拉开制止
violence.fight|-|[第三食堂]动手互殴
violence.injury|transferred|[东门]持刀伤人，移交刑侦大队
violence.injury|-|[11号公寓]被捅伤，流血不止
violence.injury|-|[商业街]被酒瓶砸破头，伤势较重
violence.harassment|transferred|[教学楼B座]女厕偷拍 移交派出所
violence.harassment|-|[校车站]猥亵女生
violence.harassment|advised|被人电话骚扰，建议保留证据
violence.harassment|-|[镜湖]夜跑女生被尾随骚扰 <2150>
violence.harassment|transferred|[游泳馆]被陌生男子摸胸，移交
violence.robbery|-|[北门]抢手机 <t>
violence.robbery|transferred|[西门]抢劫，已移交刑侦
violence.robbery|-|[东门]包被飞车抢夺
order|-|[大学生活动中心]有人扰乱会场秩序
order.damage|transferred|[地下停车场]故意划车，移交派出所
order.damage|-|[教学楼A座]门玻璃被砸
order.damage|settled|[校车站]站牌被踢坏，当事人赔偿
order.damage|-|[4号公寓]消防栓被人为破坏
order.trespass|settled|[南门]社会人员强行闯入，劝离
order.trespass|-|[图书馆]校外人员混入
order.trespass|settled|[西门]翻越围墙进校，已带离
order.nuisance|settled|[商业街]酒后闹事，控制后由家属领回
order.nuisance|-|[北门]醉酒男子躺地上骂人 <2320>
order.nuisance|transferred|[第三食堂]寻衅滋事掀桌子，移交派出所
order.vending|settled|[北门]流动摊贩占道，劝离
order.vending|advised|[教学楼B座]发小广告，教育收缴
order.vending|settled|[2号公寓]扫楼推销，已驱离
order.drone|advised|[图书馆]无人机违规飞行，教育并停飞
order.drone|-|[行政楼]上空有人放飞无人机
order.gathering|-|[行政楼]家长聚集维权
order.gathering|settled|[南门]大量人员聚集拉横幅，已劝散
order.drugs|transferred|[15号公寓]疑似吸毒，移交禁毒
order.drugs|-|宿舍发现可疑白色粉末疑似毒品 [14号公寓]
traffic.accident|-|[东门]交通事故，人伤，已报120
traffic.accident|transferred|[樱花大道]汽车撞人，移交交警处理 <1120>
traffic.accident|-|[北门]两车相撞，有人受伤
traffic.accident|settled|[南门]电动车自摔，擦伤，事故现场处理完
traffic.parking|settled|[第一食堂]违停挡道，已挪车
traffic.parking|-|[家属区]车辆堵住消防通道
traffic.parking|settled|[西门]停车堵门，联系车主移车
fire.fire|settled|[8号公寓]宿舍起火，已扑灭
fire.fire|-|[实验楼]楼顶冒烟 <t>
fire.fire|settled|[操场]草坪失火，扑灭 <1430>
fire.fire|-|[商业街]店铺着火
fire.laboratory|-|[化学楼]实验室爆炸
fire.laboratory|settled|[实验楼]化学品泄漏，人员疏散，处置完毕
fire.laboratory|-|[化学楼]实验室起火，酒精灯打翻
fire.utilities|guided|[3号公寓]停水，通知后勤
fire.utilities|guided|[家属区]燃气泄漏，通知燃气公司抢修
fire.utilities|-|[教学楼B座]停电
fire.utilities|guided|[9号公寓]水管爆裂，转后勤维修
fire.structure|-|[图书馆]外墙玻璃坠落
fire.structure|settled|[樱花大道]树枝断落，已清理
fire.structure|guided|[南门]井盖缺失，设置警示，通知后勤
fire.structure|-|[10号公寓]高空抛物
accident.injury|assisted|[操场]踢球摔伤，送校医院
accident.injury|assisted|[篮球场]骨折，协助送医
accident.injury|-|[教学楼A座]踩空摔下楼梯受伤
accident.injury|assisted|[化学楼]被玻璃划伤手，包扎送医
accident.water|-|[镜湖]溺水 <t>
accident.water|assisted|[镜湖]学生落水，救上岸
accident.fall|-|[11号公寓]有人坠楼
accident.fall|-|[行政楼]高处坠落，一人重伤
help|assisted|[南门]群众求助，已帮助
help.lost|assisted|[图书馆]钱包丢失，协助查看监控
help.lost|assisted|[操场]校园卡遗失，已找回
help.lost|-|[第二食堂]手机丢了
help.lost|-|[校车站]行李箱落在车上
help.lost|advised|身份证丢失，告知挂失补办
help.found|assisted|[第一食堂]拾到钱包，已归还失主
help.found|-|[图书馆]捡到手机一部
help.found|assisted|[体育馆]保洁拾获手表，联系失主领取
help.search|assisted|家长联系不上学生，已找到
help.search|-|[7号公寓]学生失联
help.search|assisted|[家属区]小孩走失，已找到
help.search|-|同学一夜未归，电话不通 [研究生公寓]
help.medical|assisted|[操场]学生晕倒，送校医院 <-20>
help.medical|assisted|[第三食堂]老人突发心脏病，120送医
help.medical|-|[5号公寓]腹痛难忍，求助
help.medical|assisted|[体育馆]癫痫发作，叫120
help.lockout|assisted|[6号公寓]钥匙忘带，协助开门
help.lockout|assisted|[行政楼]电梯困人，已救出
help.lockout|-|[教学楼B座]被锁在教室里
help.lockout|assisted|[浴室]门锁坏了出不来，破门救出
help.animal|assisted|[镜湖]发现蛇，已捕捉放生
help.animal|guided|[家属区]马蜂窝，联系消防处理
help.animal|-|[3号公寓]流浪狗追人
help.animal|-|[第二食堂]猫咬伤人
help.escort|assisted|女生要求护送回宿舍，已护送 <2310>
help.escort|assisted|[商业街]护送运钞
help.other|assisted|[校车站]借充电宝，已提供
help.other|assisted|[南门]推轮椅上坡，帮忙
help.other|-|求助搬运行李 [14号公寓]
enquiry|advised|来电咨询，已解答
enquiry.household|advised|咨询户口迁移，已告知
enquiry.household|-|咨询身份证办理
enquiry.household|advised|问居住证怎么办，答复
enquiry.exit|advised|咨询护照办理流程，解答
enquiry.exit|guided|外籍教师咨询居留许可，引导至出入境大厅
enquiry.vehicle|-|咨询电动车上牌
enquiry.vehicle|advised|咨询驾驶证换证，已答复
enquiry.vehicle|guided|问违章在哪处理，指引到车管所
enquiry.law|advised|法律咨询，租房合同违约，已解答
enquiry.law|-|咨询被诈骗后如何立案
enquiry.other|guided|问路，已指引
enquiry.other|-|咨询无犯罪证明怎么开
suspicious.object|unfounded|[体育馆]可疑包裹，检查后排除
suspicious.object|-|[东门]不明液体，疑似危险品
suspicious.activity|unfounded|[4号公寓]可疑人员徘徊，核查无异常
suspicious.activity|-|[地下停车场]有人鬼鬼祟祟 <0130>
suspicious.activity|-|[12号公寓]发现可疑车辆长时间停留
suspicious|-|[北门]反映可疑情况
other|-|[南门]其他情况，已登记
help.lost|assisted|[图书馆]不是被偷，是忘在座位上，已找回
dispute.other|mediated|[操场]不是打架，是吵架，已调解
theft.property|-|[快递站]偷快递未遂，被发现
accident.injury|-|[体育馆]没有打架，自己摔伤
dispute.traffic|-|[西门]刮擦纠纷，无人受伤，拒绝调解
dispute.consumer|-|[商业街]买手机退货纠纷，调解无效
fire.fire|unfounded|[8号公寓]报火警，未发现明火，误报
fire.fire|unfounded|[教学楼B座]烟感误报
theft.bicycle|-|[dm] ddc被盗 <2015>
help.lockout|assisted|[xzl] 电梯困人 已救出 <-25>
violence.fight|-|[cc] dj <t>
help.medical|-|[tyg] 晕倒 <-3>
theft.property|-|[图书官]自习室手机被盗
dispute.noise|-|[5号公寓]楞上噪音扰民
traffic.parking|-|宿舍1203室窗外汽车违停
help.lost|-|手机遗矢 [浴室]
violence.fight|transferred|[第一食堂]昨天下午打架 今天双方来警务室，移交派出所
"""

_PLACE = re.compile(r"\[([^\]]+)\]")
_TIME = re.compile(r"<([^>]+)>")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence; `place` and `time` are the words of the text, "" where none are."""

    text: str
    category: str
    disposition: str
    place: str
    time: str


@functools.cache
def tuning() -> tuple[Sentence, ...]:
    """The part on which keywords are tuned."""
    return tuple(_parse(line) for line in TUNING_LINES.strip().splitlines())


@functools.cache
def held_out() -> tuple[Sentence, ...]:
    """The part that only measures."""
    return tuple(_parse(line) for line in HELD_OUT_LINES.strip().splitlines())


def _parse(line: str) -> Sentence:
    category, disposition, marked = line.split("|", 2)
    place, time = _PLACE.search(marked), _TIME.search(marked)
    return Sentence(
        text=_TIME.sub(r"\1", _PLACE.sub(r"\1", marked)),
        category=category,
        disposition="" if disposition == "-" else disposition,
        place=place[1] if place else "",
        time=time[1] if time else "",
    )
