"""What a check says to an auditor, in Chinese and English."""

from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["zh", "en"]

SAYINGS: dict[str, tuple[str, str]] = {
    # The file cannot be used.
    "file-empty": ("文件是空的", "the file is empty"),
    "file-packed": (
        "这是压缩文件，不是 export.tar：先解压，再核验",
        "this is a packed file and no export.tar: unpack it first",
    ),
    "file-folder": ("{path} 是文件夹，不是文件", "{path} is a folder and no file"),
    "file-irregular": ("{path} 不是普通文件", "{path} is no regular file"),
    "file-unreadable": ("无法读取 {path}：{why}", "{path} cannot be read: {why}"),
    "file-long": ("{path} 超过 {limit} 字节，不会是这种文件", "{path} has more than {limit} bytes: it is no such file"),
    "archive-truncated": (
        "归档不完整：在第 {at} 字节处断开（{member}）",
        "the archive breaks off at byte {at}, within {member}",
    ),
    "archive-header": (
        "这不是本系统写出的 export.tar：第 {at} 字节处 {member} 的文件头不符",
        "this is no export.tar as we write it: the header of {member} at byte {at} is another",
    ),
    "archive-padding": (
        "归档在内容之外被改动：第 {at} 字节应为零",
        "the archive was altered outside of its contents: byte {at} must be zero",
    ),
    "archive-overlong": ("归档在第 {at} 字节处应当结束，却还有内容", "the archive goes on after its end at byte {at}"),
    "line-endless": ("有一行超过 {limit} 字节，不予读取", "a line has more than {limit} bytes and is not read"),
    "line-half": (
        "条目 {index} 的一行中途断开：导出不完整",
        "the line of entry {index} breaks off: the export is not whole",
    ),
    "line-unread": (
        "条目 {index} 的一行不是导出的格式",
        "the line of entry {index} is none of an export",
    ),
    "note-endless": (
        "{member} 中有一份签名文书超过 {limit} 字节，不予读取",
        "a signed note in {member} has more than {limit} bytes and is not read",
    ),
    "keys-many": ("密钥公告超过 {limit} 份", "there are more than {limit} key policies"),
    "policy-unusable": ("策略文件无法使用：{why}", "the policy cannot be used: {why}"),
    "log-unknown": (
        "策略中没有名为 {origin} 的日志",
        "the policy knows no log named {origin}",
    ),
    "key-foreign": (
        "最新的检查点没有策略所列 {origin} 的任何密钥的签名：是别人签的，还是策略过时了",
        "no key that the policy knows for {origin} signed the newest checkpoint: a foreign key, or an old policy",
    ),
    "log-other": (
        "其中有另一个日志的检查点：{other}，而导出是 {origin} 的",
        "there is a checkpoint of another log, {other}, in the export of {origin}",
    ),
    "checkpoints-none": ("导出中没有检查点，无从核验", "there is no checkpoint in the export: nothing can be verified"),
    "note-unusable": ("{what} 不是可用的签名文书：{why}", "{what} is no signed note that can be used: {why}"),
    "since-other": (
        "{what} 是日志 {other} 的，而导出是 {origin} 的",
        "{what} is of the log {other}, the export of {origin}",
    ),
    "receipt-unusable": ("{what} 不是可用的回执：{why}", "{what} is no receipt that can be used: {why}"),
    "receipt-key": (
        "{what} 的签名密钥不在密钥公告所列的回执密钥之中",
        "no receipt key that the log's key policy names signed {what}",
    ),
    "proof-unusable": ("{what} 不是可用的证明：{why}", "{what} is no proof that can be used: {why}"),
    "origins-differ": ("两份导出属于不同的日志：{one} 和 {other}", "the exports are of two logs: {one} and {other}"),
    "export-void": ("{path} 中没有条目", "{path} has no entries"),
    "until-unusable": ("{given} 既不是位置，也不是日期（YYYY-MM-DD）", "{given} is neither a position nor a day, YYYY-MM-DD"),
    "service-unknown": (
        "日志 {origin} 不属于任何一个服务：用 --service 指定",
        "the log {origin} is none of our services': name it with --service",
    ),
    # Somebody tampered.
    "line-altered": (
        "{entry}：这一行不是本系统所写的样子，已被改动",
        "{entry}: its line is not as we write it: it was altered",
    ),
    "leaf-altered": (
        "{entry}：内容与封存时不同（叶子的散列值不符），已被改动或替换",
        "{entry} is not what was sealed there: it was altered or replaced",
    ),
    "state-altered": (
        "{entry}：事件内容与叶子所记的散列值不符，内容已被改动",
        "{entry}: its state does not match the hash in its leaf: the state was altered",
    ),
    "entries-missing": (
        "{entry} 缺失：从这里起删去了 {count} 条，接着的是{behind}",
        "{entry} is missing: {count} removed from there on, in front of {behind}",
    ),
    "entries-cut": (
        "{entry} 缺失：检查点共 {size} 条，导出到此为止，其后都被截去",
        "{entry} is missing: the checkpoint has {size} entries and the export ends here",
    ),
    "entries-inserted": (
        "{entry}：插入了 {count} 条从未封存的条目",
        "{entry}: {count} inserted here that were never sealed",
    ),
    "entry-doubled": (
        "{entry}：重复了索引 {other} 的条目",
        "{entry}: the one of index {other} stands here once more",
    ),
    "entries-swapped": ("{entry}：与索引 {other} 的条目对调了", "{entry} and the one of index {other} changed places"),
    "entries-beyond": (
        "{entry}：检查点只有 {size} 条，此后的条目未经封存",
        "{entry}: the newest checkpoint has {size} entries: this one and those behind it are not sealed",
    ),
    "log-named": (
        "{entry}：它写的是另一个日志 {other} 的名字",
        "{entry}: it names another log, {other}",
    ),
    "order-broken": (
        "{entry}：位置没有上升，前一条的 n 是 {other}",
        "{entry}: positions do not ascend, the one before has n {other}",
    ),
    "stream-broken": (
        "{entry}：流的版本应为 {other}，中间有缺漏或重复",
        "{entry}: version {other} of the stream is due here: one is missing or stands there twice",
    ),
    "state-withheld": (
        "{entry}：内容被隐去；如属约定，用 --allow-withheld 核验",
        "{entry}: its state is withheld; if that is agreed, verify with --allow-withheld",
    ),
    "hash-altered": (
        "hashes 文件中索引 {index} 的散列值已被改动；条目本身符合检查点",
        "the hash at index {index} of the file hashes was altered; the entries themselves fit the checkpoint",
    ),
    "hashes-length": (
        "hashes 文件有 {found} 字节，应为 {due} 字节",
        "the file hashes has {found} bytes, not {due}",
    ),
    "root-differs": (
        "条目与 {what} 不符：在索引 {low} 至 {high} 之间有改写",
        "the entries do not lead to {what}: something from index {low} to {high} was rewritten",
    ),
    "parted": (
        "{entry}：从这里起条目与 hashes 不一致，两者都不符合检查点；改动在索引 {low} 至 {high} 之间",
        "{entry}: from here on entries and hashes differ, and neither leads to the checkpoint; something from index {low} to {high} was altered",
    ),
    "checkpoint-bad": ("第 {number} 个检查点：{why}", "checkpoint {number}: {why}"),
    "checkpoint-order": (
        "第 {number} 个检查点有 {size} 条，不多于前一个的 {before} 条",
        "checkpoint {number} has {size} entries, no more than the {before} of the one before",
    ),
    "signer-unknown": (
        "{what} 上有 {name} 的签名（密钥号 {id}），策略和密钥公告都不认识：该行已被改动，或策略缺少这个密钥（--pass-over-unknown）",
        "{what} bears a signature of {name}, key id {id}, that neither policy knows: the line was altered, or the policy lacks this key (--pass-over-unknown)",
    ),
    "signer-twice": ("{what} 上 {name} 签了两次", "{what} bears two signatures of {name}"),
    "keys-bad": ("第 {number} 份密钥公告：{why}", "key policy {number}: {why}"),
    "not-witnessed": (
        "最新的检查点（{size} 条）没有足够的见证：见证到 {witnessed} 条为止，其后只是日志自己的承诺",
        "not witnessed: the newest checkpoint ({size} entries) lacks the quorum; witnesses vouch for {witnessed} entries, what is above is only promised by the log itself",
    ),
    "rolled-back": (
        "{what} 有 {size} 条，导出只有 {found} 条：索引 {found} 起的条目被撤去，或这是更早的导出",
        "{what} has {size} entries and the export {found}: those from index {found} on were taken away, or this is an older export",
    ),
    "left-out": (
        "回执 {what} 承诺的条目 n={n} 不在日志中：已承诺却被遗漏",
        "the entry n={n} is not in the log: promised and left out (receipt {what})",
    ),
    "promise-broken": (
        "{entry}：不是回执 {what} 所承诺的那一条",
        "{entry}: it is not the one that was promised (receipt {what})",
    ),
    "proof-differs": (
        "{entry}：不是证明 {what} 所证明的那一条",
        "{entry}: it is not the one of the proof {what}",
    ),
    "proof-wrong": ("证明 {what} 不成立：{why}", "the proof {what} does not hold: {why}"),
    "proof-state": (
        "{entry}：给出的内容不是封存的内容",
        "{entry}: the state given is not the one that was sealed",
    ),
    "proof-unwitnessed": (
        "证明所据的检查点（{size} 条）没有足够的见证",
        "not witnessed: the checkpoint of the proof ({size} entries) lacks the quorum",
    ),
    # Worth a look.
    "time-backwards": (
        "{entry}：记录时间比前一条早 {seconds} 秒",
        "{entry}: it says it was recorded {seconds} s before the one in front of it",
    ),
    "time-later": (
        "{entry}：自称记录于 {at}，而见证方在 {known} 已经见到它",
        "{entry}: it says it was recorded at {at}, and a witness had it at {known}",
    ),
    "time-earlier": (
        "{entry}：自称记录于 {at}，而见证方在 {known} 还没有见到它",
        "{entry}: it says it was recorded at {at}, and at {known} a witness did not have it",
    ),
    "time-unreadable": ("{entry}：没有可读的记录时间", "{entry}: when it was recorded cannot be read"),
    "remarks-more": ("另有同类提示 {count} 条", "and {count} more like this"),
    "signer-passed-over": (
        "{what} 上 {name} 的签名（密钥号 {id}）未核验：策略不认识它",
        "the signature of {name}, key id {id}, on {what} is not verified: the policy does not know it",
    ),
    "not-due": (
        "回执 {what} 承诺的条目 n={n} 还不在其中，承诺的期限 {by} 在最新的检查点之后",
        "the entry n={n} of receipt {what} is not in yet; it is promised by {by}, after the newest checkpoint",
    ),
    "no-quorum-asked": (
        "策略不要求见证：持有签名密钥的人可以改写一切",
        "the policy asks for no witness: whoever holds the signing key can have rewritten everything",
    ),
    # It holds.
    "holds": (
        "成立：{origin}，{size} 条，{checkpoints} 个检查点，见证到 {witnessed} 条",
        "holds: {origin}, {size} entries, {checkpoints} checkpoints, witnessed up to {witnessed}",
    ),
    "holds-alone": (
        "成立：{origin}，{size} 条，{checkpoints} 个检查点",
        "holds: {origin}, {size} entries, {checkpoints} checkpoints",
    ),
    "proof-holds": (
        "成立：{entry}，在 {origin} 的 {size} 条之中",
        "holds: {entry}, in the {size} entries of {origin}",
    ),
    "withheld": ("其中 {count} 条的内容被隐去", "the states of {count} entries are withheld"),
    "same": ("两份导出的 {size} 条完全相同", "the {size} entries are the same"),
    "extends": ("{longer} 延续 {shorter}：前 {size} 条相同，其后多 {more} 条", "{longer} extends {shorter}: {size} the same, {more} more"),
    "differ": ("从{entry}起不同：{what}", "they differ from {entry} on: {what}"),
    "differ-state": ("叶子相同，内容不同", "the same leaf, another state"),
    "differ-field": ("{field}：{one} 与 {other}", "{field}: {one} and {other}"),
    "differ-missing": ("{path} 中缺 {count} 条", "{path} lacks {count}"),
    "differ-swapped": ("与索引 {other} 的条目对调", "it and the one of index {other} changed places"),
    "of-export": ("{path}：{finding}", "{path}: {finding}"),
    # Words within sentences.
    "entry": ("条目 {index}（n={n}，流 {stream} 第 {version} 版，{topic}）", "entry {index} (n={n}, stream {stream} version {version}, {topic})"),
    "entry-unread": ("条目 {index}", "entry {index}"),
    "checkpoint": ("{size} 条的检查点", "the checkpoint of {size} entries"),
    "since": ("所存的旧检查点 {path}", "the checkpoint that you kept, {path}"),
    "keys": ("第 {number} 份密钥公告", "key policy {number}"),
    "path": ("{path}", "{path}"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A sentence of `SAYINGS` with its numbers; a number may be a sentence itself."""

    code: str
    numbers: dict[str, Any] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        numbers = {
            name: value.text(language) if isinstance(value, Said) else _shown(value)
            for name, value in self.numbers.items()
        }
        return SAYINGS[self.code][language == "en"].format(**numbers)

    def __str__(self) -> str:
        return self.text("en")


def said(code: str, /, **numbers: Any) -> Said:
    return Said(code, numbers)


def _shown(value: object) -> str:
    """What stands in a file of unknown origin never reaches a terminal as a control sequence."""
    return "".join(one if one.isprintable() else "\ufffd" for one in str(value))


class Unusable(Exception):
    """What was given cannot be judged; the sentence says why."""

    def __init__(self, code: str, /, **numbers: Any) -> None:
        self.said = Said(code, numbers)
        super().__init__(self.said.text("en"))
