"""Chinese words for the codes that stand as numbers in a refusal: what people read instead of `studio_closed`."""

from typing import Any

WORDS = {
    # levels of review
    "department": "系部", "office": "管理办公室", "student_affairs": "学工处", "personnel": "人事处",
    "panel": "专家组", "school": "学校",
    # levels of honours
    "county": "县市级", "prefecture": "地市级", "province": "省级", "nation": "国家级", "none": "无",
    # how something stands, or ended
    "listed": "已列入名单", "rejected": "未通过", "published": "已公布", "returned": "已退回",
    "disqualified": "取消资格", "closed": "已关闭", "passed": "通过终期评估", "failed_final": "终期评估未通过",
    "studio_disqualified": "工作室被取消资格", "studio_closed": "工作室关闭", "completed": "建设周期已满",
    "proposed": "待互选", "matched": "已互选", "joined": "已加入", "left": "已离开", "removed": "已移除",
    "withdrawn": "已退出", "trainee": "学员", "supplementary": "补充成员",
    "submitted": "已提交", "signed": "主持人已签字", "approved": "已审批", "paid": "已付款",
    "refused": "已拒绝", "reversed": "已冲正", "midterm": "中期考核", "final": "终期评估",
    "suspended": "已暂停", "became_host": "已任主持人", "candidate": "培养人选",
    "revoked": "已撤销", "superseded": "已被替换", "valid": "有效",
    # ties between persons (回避关系)
    "spouse": "夫妻", "lineal_kin": "直系血亲", "collateral_kin": "三代以内旁系血亲", "in_law": "近姻亲",
    "adoptive": "养继关系", "co_author": "共同署名", "co_lead": "共同主持",
}  # fmt: skip


def chinese(numbers: dict[str, Any]) -> dict[str, Any]:
    """The same numbers with their codes as Chinese words."""
    return {name: WORDS.get(given, given) if isinstance(given, str) else given for name, given in numbers.items()}
