"""What problems say, in zh and en: each code with its status, title and detail."""

SAID: dict[str, tuple[int, str, str, str, str]] = {
    # code: status, title zh, title en, detail zh, detail en
    "idempotency-key-missing": (400, "缺少幂等键", "Idempotency key missing", "每个命令都要带 Idempotency-Key 请求头", "Each command needs an Idempotency-Key header"),
    "idempotency-key-malformed": (400, "幂等键格式不对", "Idempotency key malformed", "Idempotency-Key 只能是 1 到 200 个可见的 ASCII 字符", "Idempotency-Key is 1 to 200 visible ASCII characters"),
    "if-match-malformed": (400, "If-Match 格式不对", "If-Match malformed", 'If-Match 应是查询返回的 ETag，如 "3"', 'If-Match is the ETag of a query, such as "3"'),
    "cursor-malformed": (400, "游标无效", "Cursor not valid", "请使用上一页返回的 next", "Use `next` of the page before"),
    "moment-malformed": (400, "时刻格式不对", "Moment malformed", "as_of 是不晚于今天的日期，at_position 是日志中已有的位置，二者只给其一", "as_of is a date up to today, at_position a position that the log has; give one of them"),
    "body-malformed": (400, "请求体不是合法的 JSON", "Body is not JSON", "请求体无法解析", "The body cannot be parsed"),
    "unauthenticated": (401, "未认证", "Not authenticated", "令牌缺失或无效：{reason}", "Token missing or not valid: {reason}"),
    "forbidden": (403, "无权操作", "Not allowed", "您的角色或与此事的关系不允许这样做", "Your role, or your relation to this, does not allow it"),
    "not-found": (404, "找不到", "Not found", "本校没有这个{called}", "This school has no such {kind}"),
    "not-sealed": (404, "尚未封存", "Not sealed yet", "没有签过 {size} 条的检查点", "No checkpoint of {size} entries was signed"),
    "sizes-unprovable": (404, "无法证明", "Nothing to prove", "封存至 {size} 条，无法证明 {old} 到 {new}", "{size} entries are sealed: nothing proves the way from {old} to {new}"),
    "seal-broken": (500, "日志与封存不符", "The log is not what was sealed", "请立即告知审计人员", "Tell the auditors at once"),
    "path-unknown": (404, "没有这个地址", "No such path", "没有这个地址", "There is no such path"),
    "method-not-allowed": (405, "方法不允许", "Method not allowed", "此地址不接受这种方法", "This path does not take that method"),
    "contended": (409, "争用", "Contended", "他人同时在改动，请重试", "Others were changing this at the same time; try again"),
    "upstream-facts-missing": (409, "上游事实未到", "Upstream facts missing", "{upstream} 的“{fact}”尚未到达，请稍后再试", "{fact} of {upstream} has not arrived here yet; try again later"),
    "version-stale": (412, "版本已过时", "Version is stale", "您看到的是版本 {expected}，现在是 {actual}", "You saw version {expected}, it is {actual} now"),
    "body-too-large": (413, "请求体过大", "Body too large", "请求体不得超过 {limit} 字节", "A body may have up to {limit} bytes"),
    "payload-invalid": (422, "内容不符合要求", "Payload not valid", "请看 errors 中的每一项", "See each item of errors"),
    "idempotency-key-reused": (422, "幂等键已用于另一请求", "Idempotency key reused", "同一个键只能重复同一请求", "One key can only repeat one request"),
    "if-match-missing": (428, "缺少 If-Match", "If-Match missing", "作此决定要先查看，并带上所见版本的 ETag", "This decision needs the ETag of what you saw, in If-Match"),
    "internal": (500, "内部错误", "Internal error", "出了差错，已记入日志；凭同一幂等键可安全重试", "Something failed and is logged; repeat with the same key, safely"),
    "queue-full": (503, "繁忙", "Busy", "等待的命令太多，请稍后再试", "Too many commands wait; try again soon"),
    "streams-full": (503, "事件流过多", "Too many streams", "同时打开的事件流已达 {most} 个，请稍后再连", "{most} event streams are open already; connect again later"),
    "store-away": (503, "存储暂不可用", "Store away", "请凭同一幂等键重试", "Repeat with the same key"),
    "keys-away": (503, "认证暂不可用", "Authentication away", "暂时读不到签发方的公钥", "The issuer's keys cannot be read now"),
    "not-projected-yet": (503, "查询尚未跟上", "Queries lag behind", "查询模型到 {reached}，所求 {wanted}", "The read models stand at {reached}, {wanted} was asked"),
}  # fmt: skip

# pydantic speaks English only; what a person can put right is said in both languages.
MISTAKES = {
    "missing": ("缺少此项", "this field is needed"),
    "unexpected_keyword_argument": ("没有这一项", "there is no such field"),
    "extra_forbidden": ("没有这一项", "there is no such field"),
    "uuid_parsing": ("应为 UUID", "a UUID is needed"),
    "uuid_type": ("应为 UUID", "a UUID is needed"),
    "date_from_datetime_parsing": ("应为日期 YYYY-MM-DD", "a date YYYY-MM-DD is needed"),
    "date_parsing": ("应为日期 YYYY-MM-DD", "a date YYYY-MM-DD is needed"),
    "date_type": ("应为日期 YYYY-MM-DD", "a date YYYY-MM-DD is needed"),
    "bool_type": ("应为 true 或 false", "true or false is needed"),
    "bool_parsing": ("应为 true 或 false", "true or false is needed"),
    "literal_error": ("不在允许的值之内", "not one of the allowed values"),
    "dataclass_type": (
        "应为 JSON 对象（Content-Type: application/json）",
        "a JSON object is needed (Content-Type: application/json)",
    ),
    "json_invalid": ("不是合法的 JSON", "not valid JSON"),
}
