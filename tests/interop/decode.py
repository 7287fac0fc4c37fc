"""A second decoder of Sổ Hội's messages, written from docs/protocol.md and nothing else.

  decode.py FILE...        prints what each message says, as JSON
  decode.py --check FOLDER holds every message under schema/protocol/vN against its JSON

Python 3.11 with zstandard and PyNaCl. Where this file and the page disagree, the page is to be mended.
"""

import datetime
import hashlib
import hmac
import json
import pathlib
import sys

import nacl.bindings
import nacl.exceptions
import nacl.signing
import zstandard

HERE = pathlib.Path(__file__).resolve().parent
PROTOCOL = HERE.parent.parent / "schema" / "protocol"
SECTION_BYTES, BATCH_BYTES, MESSAGE_BYTES, COLUMNS = 16 << 20, 1 << 20, 64 << 10, 8_192
PHOTO_BYTES, PHOTOS = 224 << 10, 1_000


class Refused(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Refused(why)


# Conventions


class Reader:
    def __init__(self, content):
        self.content, self.at = content, 0

    def take(self, n):
        need(self.at + n <= len(self.content), "it ends too early")
        self.at += n
        return self.content[self.at - n : self.at]

    def u8(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                need(value < 1 << 64, "a number beyond 64 bits")
                need(byte or not shift, "a number is longer than it needs to be")
                return value
            shift += 7
            need(shift < 64, "a number does not end")

    def signed(self):
        return unzigzag(self.varint())

    def bytes(self, most):
        n = self.varint()
        need(n <= most, "more than allowed")
        return self.take(n)

    def bits(self, n):
        content = self.take((n + 7) // 8)
        if n % 8:
            need(content[-1] >> n % 8 == 0, "unused bits are set")
        return [bool(content[i // 8] >> i % 8 & 1) for i in range(n)]

    def finish(self):
        need(self.at == len(self.content), "something follows the end")


def unzigzag(n):
    return n >> 1 ^ -(n & 1)


def wrapped(n):
    """A signed number of 64 bits."""
    n &= (1 << 64) - 1
    return n - (1 << 64) if n >> 63 else n


def day(number):
    return str(datetime.date(1970, 1, 1) + datetime.timedelta(days=number))


def typed_day(number):
    need(-25_567 <= number <= 84_005, "a day is out of range")
    return day(number)


def record_id(device, n):
    low = 0b10 << 62 | (device & 0xF) << 58 | n
    digits = f"{device >> 16:012x}8{device >> 4 & 0xFFF:03x}{low:016x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def cbor(content):
    """A definite item: whole numbers, byte strings, texts, booleans, arrays and maps."""
    reader = Reader(content)
    value = cbor_item(reader)
    reader.finish()
    return value


def cbor_item(reader, depth=0):
    need(depth < 8, "it is nested too deep")
    first = reader.u8()
    major, info = first >> 5, first & 31
    need(info < 28, "an indefinite or reserved length")
    n = info if info < 24 else int.from_bytes(reader.take(1 << info - 24), "big")
    if major == 0:
        return n
    if major == 1:
        return -1 - n
    if major == 2:
        return reader.take(n)
    if major == 3:
        return reader.take(n).decode()
    if major == 4:
        return [cbor_item(reader, depth + 1) for _ in range(n)]
    if major == 7 and info in (20, 21):
        return info == 21
    need(major == 5, "a type that is not used")
    return {cbor_item(reader, depth + 1): cbor_item(reader, depth + 1) for _ in range(n)}


def signed_message(context, *parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in (context, *parts))


def verify(key, signature, context, *parts):
    try:
        nacl.signing.VerifyKey(key).verify(signed_message(context, *parts), signature)
    except nacl.exceptions.BadSignatureError:
        raise Refused("a signature is wrong") from None


# A batch


def batch(content, keys, previous=bytes(32)):
    need(len(content) <= BATCH_BYTES, "the batch is too large")
    signed, signature = content[:-64], content[-64:]
    chain = hashlib.sha256(previous + signed).digest()
    verify(bytes.fromhex(keys["device_public_key"]), signature, b"sohoi batch 1", chain)
    reader = Reader(signed)
    need(reader.u8() == 1, "the format is not known")
    device = int.from_bytes(reader.take(8), "big")
    first_seq, count, catalogue, wall, counter, dictionary = (reader.varint() for _ in range(6))
    need(wall < 1 << 48 and counter < 1 << 16, "the base stamp is out of range")
    need(catalogue < 1 << 32 and dictionary < 1 << 32, "the header has a number out of range")
    base = wall << 16 | counter
    need(1 <= count <= 4_000 and first_seq > 0, "the header counts no changes, or too many")
    open_side = Reader(unpack(reader.bytes(BATCH_BYTES), dictionary, "open"))
    bound_to = signed[: reader.at]
    sealed = reader.bytes(BATCH_BYTES)
    reader.finish()

    n = open_side.varint()
    devices = [device] + [int.from_bytes(open_side.take(8), "big") for _ in range(n)]
    changes = rows(open_side, first_seq, count, base, devices)
    section(open_side, changes, devices)
    open_side.finish()
    sums = kind_sums(changes, catalogue)
    for change in changes:
        if change["kind"] == 60_001 and change["op"] == OPERATIONS[0]:
            said = change["fields"]["12"]["text"]
            need(submission_digest(change) == said, "a submission has another digest than it says")
    if sealed:
        key = bytes.fromhex(keys["commune_key"])
        packed = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[8:], bound_to, hashlib.sha256(b"sohoi nonce 1" + sealed[:8] + bound_to).digest()[:24], key
        )
        sealed_side = Reader(unpack(packed, dictionary, "sealed"))
        section(sealed_side, changes, devices)
        sealed_side.finish()
    return {
        "device": f"{device:016x}",
        "first_seq": first_seq,
        "count": count,
        "catalogue": catalogue,
        "base_stamp": base,
        "dictionary": dictionary,
        "chain": chain.hex(),
        "sums": {str(kind): {"n_changes": n, "digest": digest.hex()} for kind, (n, digest) in sums.items()},
        "sums_digest": sums_digest(sums).hex(),
        "changes": changes,
    }


def unpack(packed, dictionary, side):
    reader = Reader(packed)
    length = reader.varint()
    need(length <= SECTION_BYTES, "a section is too long")
    data = None
    if dictionary:
        path = PROTOCOL / "dictionary" / f"{dictionary:04}.{side}.zdict"
        need(path.exists(), "the dictionary is not known")
        data = zstandard.ZstdCompressionDict(path.read_bytes())
    decompressor = zstandard.ZstdDecompressor(dict_data=data)
    frame = b"\x28\xb5\x2f\xfd" + packed[reader.at :]
    content = decompressor.decompress(frame, max_output_size=max(length, 1))
    need(len(content) == length, "a section has another length than it says")
    return content


OPERATIONS = ["create", "patch", "erase", "restore"]


def rows(reader, first_seq, count, base, devices):
    units = []
    for _ in range(reader.varint()):
        code = reader.bytes(16).decode()
        units.append(f"{code}@{day(reader.signed())}")
    ops, kinds, records, walls, counters, authors, of_units = (
        Reader(reader.bytes(SECTION_BYTES)) for _ in range(7)
    )
    created = named = 0
    stamps = row_stamps(walls, counters, base, count)
    changes = []
    for row in range(count):
        op = OPERATIONS[ops.u8()]
        v = records.varint()
        maker = devices[records.varint()] if v & 1 else device_of(devices)
        number = (created + 1 if op == "create" else named) + unzigzag(v >> 1)
        need(0 < number < 1 << 32, "a record has no number")
        named = number
        if op == "create":
            created = number
        unit = of_units.varint() if op == "create" else 0
        changes.append(
            {
                "seq": first_seq + row,
                "stamp": stamps[row],
                "author": authors.varint(),
                "record": record_id(maker, number),
                "kind": kinds.varint(),
                "op": op,
                "unit": units[unit - 1] if unit else None,
                "fields": {},
                "replaces": {},
                "reason": None,
            }
        )
    for run in (ops, kinds, records, walls, counters, authors, of_units):
        run.finish()
    return changes


def row_stamps(walls, counters, base, count):
    unit = walls.varint()
    steps, jumps = planes(walls, count), planes(counters, count)
    wall, counter, stamps = base >> 16, (base & 0xFFFF) - 1, []
    for step, jump in zip(steps, jumps):
        likely = counter + 1 if step * unit == 0 else 0
        wall, counter = wall + step * unit, likely + jump
        need(0 <= wall < 1 << 48 and 0 <= counter < 1 << 16, "a stamp is out of range")
        stamps.append(wall << 16 | counter)
    return stamps


def device_of(devices, number=0):
    need(number < len(devices), "a device that is not listed")
    return devices[number]


# Columns


def section(reader, changes, devices):
    n = reader.varint()
    need(n <= COLUMNS, "too many columns")
    for _ in range(n):
        kind, field, form = reader.varint(), reader.varint(), reader.u8()
        content = Reader(reader.bytes(SECTION_BYTES))
        if form > 17 or form == 0:
            continue
        column(content, kind, field, form, changes, devices)
        content.finish()


def column(reader, kind, field, form, changes, devices):
    if (kind, field) == (0, 0):
        of_kind = changes
    elif form == 12:
        of_kind = [c for c in changes if c["kind"] == kind and c["op"] != "create"]
    else:
        of_kind = [c for c in changes if c["kind"] == kind and c["op"] in ("create", "patch")]
    present = presence(reader, of_kind)
    name = str(field)
    if (kind, field) == (0, 0):
        for change, value in zip(present, values(reader, form, len(present), devices)):
            change["reason"] = value["text"]
    elif form == 12:
        for change in present:
            v = reader.varint()
            device = device_of(devices, reader.varint() if v & 1 else 0)
            seq = change["seq"] - unzigzag(v >> 1) & (1 << 64) - 1
            change["replaces"].setdefault(name, []).append({"device": f"{device:016x}", "seq": seq})
    elif form == 13:
        for change in present:
            need(name not in change["fields"], "a field is set and emptied")
            change["fields"][name] = None
    elif form == 11:
        for change, value in zip(present, lines(reader, len(present), devices)):
            put(change["fields"], name, value)
    else:
        for change, value in zip(present, values(reader, form, len(present), devices)):
            put(change["fields"], name, value)


def presence(reader, of):
    mark = reader.u8()
    need(mark < 2, "a presence mark is not known")
    if mark == 0:
        return list(of)
    return [item for item, bit in zip(of, reader.bits(len(of))) if bit]


def put(fields, name, value):
    if name not in fields:
        fields[name] = value
        return
    there = fields[name]
    need(there is not None and "lines" in there and "lines" in value, "a field is in both sections")
    need(len(there["lines"]) == len(value["lines"]), "lines differ in number between the sections")
    for line, more in zip(there["lines"], value["lines"]):
        line.update(more)


def lines(reader, n, devices):
    counts = [reader.varint() for _ in range(n)]
    every = [{} for _ in range(sum(counts))]
    for _ in range(reader.varint()):
        number, form = reader.varint(), reader.u8()
        content = Reader(reader.bytes(SECTION_BYTES))
        if form > 17 or form == 0:
            continue
        present = presence(content, every)
        for line, value in zip(present, values(content, form, len(present), devices)):
            line[str(number)] = value
        content.finish()
    rest = iter(every)
    return [{"lines": [next(rest) for _ in range(count)]} for count in counts]


def values(reader, form, n, devices):
    if form in (1, 2, 14):
        return [{"integer": number} for number in whole_numbers(reader, form, n)]
    if form in (3, 15):
        return [{"day": typed_day(number)} for number in whole_numbers(reader, 2 if form == 3 else 14, n)]
    if form == 4:
        return [{"boolean": bit} for bit in reader.bits(n)]
    if form == 5:
        codes = code_list(reader)
        return [{"code": codes[reader.varint()]} for _ in range(n)]
    if form == 6:
        codes = code_list(reader)
        return [{"codes": [codes[reader.varint()] for _ in range(reader.varint())]} for _ in range(n)]
    if form == 7:
        lengths = [reader.varint() for _ in range(n)]
        return [{"text": reader.take(length).decode()} for length in lengths]
    if form == 8:
        return [{"text": digits(reader)} for _ in range(n)]
    if form == 9:
        return [{"reference": of} for of in references(reader, n, devices)]
    if form == 10:
        return [{"pseudonym": reader.take(8).hex()} for _ in range(n)]
    if form == 16:
        length = reader.u8()
        need(1 <= length <= 18, "digits are out of range")
        numbers = planes(reader, n)
        need(all(0 <= number < 10**length for number in numbers), "digits are out of range")
        return [{"text": f"{number:0{length}}"} for number in numbers]
    need(form == 17, "a form that holds no values")
    listed = references(reader, reader.varint(), devices)
    return [{"reference": listed[reader.varint()]} for _ in range(n)]


def whole_numbers(reader, form, n):
    if form == 14:
        return planes(reader, n)
    numbers, last = [], 0
    for _ in range(n):
        number = reader.signed()
        if form == 2:
            number = last = wrapped(last + number)
        numbers.append(number)
    return numbers


def planes(reader, n):
    base, n_planes = reader.signed(), reader.u8()
    need(n_planes <= 8, "a number has more than eight bytes")
    above = [reader.take(n) for _ in range(n_planes)]
    return [wrapped(base + sum(plane[i] << 8 * p for p, plane in enumerate(above))) for i in range(n)]


def code_list(reader):
    return [reader.bytes(64).decode() for _ in range(reader.varint())]


def digits(reader):
    n = reader.varint()
    packed = reader.take((n + 1) // 2).hex()
    need(packed[:n].isdigit(), "a digit is out of range")
    return packed[:n]


def references(reader, n, devices):
    found, last = [], 0
    for _ in range(n):
        v = reader.varint()
        device = device_of(devices, reader.varint() if v & 1 else 0)
        last += unzigzag(v >> 1)
        need(0 < last < 1 << 32, "a reference is out of range")
        found.append(record_id(device, last))
    return found


# The sums


def kind_sums(changes, catalogue):
    sums = {}
    for change in changes:
        n, total = sums.get(change["kind"], (0, 0))
        one = hashlib.sha256(said_of(change, catalogue)).digest()
        sums[change["kind"]] = (n + 1, (total + int.from_bytes(one, "big")) % (1 << 256))
    return {kind: (n, total.to_bytes(32, "big")) for kind, (n, total) in sorted(sums.items())}


def submission_digest(change):
    """What field 12 of a change of kind 60001 must be."""

    def content(fields, number):
        return next(iter(fields[str(number)].values())) if str(number) in fields else None

    fields = change["fields"]
    code, _, first = change["unit"].partition("@")
    said = ["sohoi submission 1", content(fields, 1), content(fields, 2), code, content(fields, 10) or ""]
    said += [str(days(day)) for day in (content(fields, 3), content(fields, 4), first)]
    said += [str(content(fields, number)) for number in (5, 6, 8, 9)]
    for line in content(fields, 7):
        target = content(line, 5)
        said.append(content(line, 1))
        said.append(
            f"{content(line, 2)} {content(line, 3)} {content(line, 4) or 0} {'-' if target is None else target}"
        )
    said += [f"{content(line, 1)} {content(line, 2)}" for line in content(fields, 11)]
    return hashlib.sha256(b"".join(big(len(part.encode()), 8) + part.encode() for part in said)).hexdigest()


def sums_digest(sums):
    said = b"".join(big(kind, 2) + big(n, 8) + digest for kind, (n, digest) in sums.items())
    return hashlib.sha256(b"sohoi sums 1" + said).digest()[:16]


def big(number, n_bytes):
    return number.to_bytes(n_bytes, "big", signed=number < 0)


def counted(parts):
    parts = list(parts)
    return big(len(parts), 4) + b"".join(parts)


def said_text(text):
    return big(len(text.encode()), 4) + text.encode()


def said_id(text):
    """A device in eight bytes and a number in four, out of a record's id as text."""
    digits = text.replace("-", "")
    low = int(digits[16:], 16)
    return big(int(digits[:12] + digits[13:16], 16) << 4 | low >> 58 & 0xF, 8) + big(low & 0xFFFFFFFF, 4)


def said_of(change, catalogue):
    code, _, first = (change["unit"] or "@1970-01-01").partition("@")
    fields = sorted((int(field), value) for field, value in change["fields"].items())
    replaced = sorted(
        (int(field), int(version["device"], 16), version["seq"])
        for field, versions in change["replaces"].items()
        for version in versions
    )
    return b"".join(
        [
            b"sohoi change 1",
            big(change["seq"], 8),
            big(change["stamp"], 8),
            big(change["author"], 4),
            said_id(change["record"]),
            big(change["kind"], 2),
            big(OPERATIONS.index(change["op"]), 1),
            big(catalogue, 4),
            said_text(code),
            big(days(first), 4),
            counted(big(field, 2) + said_value(value) for field, value in fields),
            counted(big(field, 2) + big(device, 8) + big(seq, 8) for field, device, seq in replaced),
        ]
    )


def days(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def said_value(value):
    if value is None:
        return b"\0"
    ((form, content),) = value.items()
    said = {
        "integer": lambda: b"\x01" + content.to_bytes(8, "big", signed=True),
        "day": lambda: b"\x03" + big(days(content), 4),
        "boolean": lambda: b"\x04" + big(content, 1),
        "code": lambda: b"\x05" + said_text(content),
        "codes": lambda: b"\x06" + counted(map(said_text, content)),
        "text": lambda: b"\x07" + said_text(content),
        "reference": lambda: b"\x09" + said_id(content),
        "pseudonym": lambda: b"\x0a" + bytes.fromhex(content),
        "lines": lambda: b"\x0b" + counted(map(said_line, content)),
    }
    return said[form]()


def said_line(line):
    columns = sorted((int(column), value) for column, value in line.items())
    return counted(big(column, 2) + said_value(value) for column, value in columns)


# Frames

FRAMES = {
    0x01: ("HELLO", "protocol program device next_seq mark boot wall_ms monotonic_ms catalogue "
           "bulletin_cursor device_cursors clock_cursor"),
    0x02: ("BATCH", ""),
    0x03: ("BLOB", "hash content"),
    0x04: ("END", "next_seq chain signature sums clock"),
    0x05: ("REST", ""),
    0x06: ("PHOTOS", "offered wanted"),
    0x07: ("END in brief", ""),
    0x08: ("RENEW", "old request"),
    0x81: ("WELCOME", "protocol epoch next_seq chain now_ms max_batch_bytes begun"),
    0x82: ("ACK", "device first_seq count chain epoch at_ms signature"),
    0x83: ("PULL", "kind number device content signature"),
    0x84: ("DONE", "next_seq chain n_changes more digests again"),
    0x85: ("REFUSED", "code reason params"),
    0x86: ("KEPT", "kept lacking device epoch at_ms signature"),
    0x87: ("WELCOME in brief", ""),
    0x88: ("ACK in brief", ""),
    0x89: ("DONE in brief", ""),
}
LARGE = {0x02: BATCH_BYTES, 0x05: BATCH_BYTES + 4, 0x03: PHOTO_BYTES + 64, 0x83: BATCH_BYTES + MESSAGE_BYTES}
ABSENT = {"begun", "sums", "digests", "again", "clock_cursor", "clock"}
CLOCK_RUNS, CLOCK_WORDS = 200, 1_000


BRIEF_BYTES = 80


def frames(content, keys):
    reader, found, heard = Reader(content), [], {}
    while reader.at < len(content):
        number = reader.u8()
        need(number in FRAMES, "a frame type is not known")
        length = reader.varint()
        most = BRIEF_BYTES if FRAMES[number][0].endswith("in brief") else LARGE.get(number, MESSAGE_BYTES)
        need(length <= most, "a frame is too long")
        inside = reader.take(length)
        found.append(frame(number, inside, keys))
        hear(heard, found[-1], inside, keys)
    return found


def hear(heard, said, content, keys):
    """What a receipt in brief is put together of; where all of it was said, its signature is verified."""
    name = said["frame"]
    if name in ("HELLO", "BATCH"):
        heard.setdefault(name, batch(content, keys) if name == "BATCH" else said)
    elif name in ("WELCOME", "WELCOME in brief"):
        heard["WELCOME"] = said
    elif name == "ACK in brief" and len(heard) == 3:
        hello, first, welcome = heard["HELLO"], heard["BATCH"], heard["WELCOME"]
        need(first["first_seq"] == hello["next_seq"], "a receipt in brief for another batch")
        signed = [big(hello["device"], 8), big(first["first_seq"], 8), big(first["count"], 4)]
        signed += [bytes.fromhex(first["chain"]), big(welcome["epoch"], 8)]
        signed.append((welcome["now_ms"] + said["after_ms"]).to_bytes(8, "big", signed=True))
        signature = bytes.fromhex(said["signature"])
        verify(bytes.fromhex(keys["hub_public_key"]), signature, b"sohoi receipt 1", *signed)


def in_brief(name, content):
    reader, said = Reader(content), {"frame": name}
    if name == "END in brief" and content:
        said["sums"] = reader.take(16).hex()
    elif name == "WELCOME in brief":
        said |= {"epoch": reader.varint(), "now_ms": reader.signed()}
    elif name == "ACK in brief":
        said |= {"signature": reader.take(64).hex(), "after_ms": reader.signed()}
    elif name == "DONE in brief":
        said["more"] = bool(content)
        need(not content or reader.u8() == 1, "no DONE in brief")
    reader.finish()
    return said


def frame(number, content, keys):
    name, names = FRAMES[number]
    if name == "BATCH":
        batch(content, keys)
        return {"frame": name, "batch": content.hex()}
    if name == "REST":
        return {"frame": name, "from": int.from_bytes(content[:4], "little"), "content": content[4:].hex()}
    if name.endswith("in brief"):
        return in_brief(name, content)
    said = cbor(content)
    named = enumerate(names.split())
    message = {field: said[key] for key, field in named if key in said or field not in ABSENT}
    if "begun" in message:
        message["begun"] = {"n_bytes": message["begun"][0], "hash": message["begun"][1].hex()}
    if name == "RENEW":
        message["request"] = renewal(message["old"], message["request"], keys)
    if name == "BLOB":
        need(hashlib.sha256(message["content"]).digest() == message["hash"], "a photo with another name")
        return {"frame": name, "hash": message["hash"].hex(), "photo": photo(message["content"], keys)}
    for field in {"offered", "wanted", "kept", "lacking"} & message.keys():
        whole = message[field]
        need(len(whole) % 32 == 0 and len(whole) <= 32 * PHOTOS, "no list of photos")
        message[field] = [whole[at : at + 32].hex() for at in range(0, len(whole), 32)]
    if name == "KEPT":
        signed = [message[key].to_bytes(8, "big", signed=key == "at_ms") for key in ("device", "epoch", "at_ms")]
        signed.append(bytes.fromhex("".join(message["kept"])))
        verify(bytes.fromhex(keys["hub_public_key"]), message["signature"], b"sohoi photos 1", *signed)
    if name == "END":
        signed = [message["next_seq"].to_bytes(8, "big"), message["chain"]]
        verify(bytes.fromhex(keys["device_public_key"]), message["signature"], b"sohoi end 1", *signed)
        if "clock" in message:
            need(len(message["clock"]) <= CLOCK_RUNS, "too many runs")
            message["clock"] = [clock_run(run) for run in message["clock"]]
    if name == "ACK":
        sizes = {"device": 8, "first_seq": 8, "count": 4, "epoch": 8, "at_ms": 8}
        order = ["device", "first_seq", "count", "chain", "epoch", "at_ms"]
        signed = [
            message[key].to_bytes(sizes[key], "big", signed=key == "at_ms") if key in sizes else message[key]
            for key in order
        ]
        verify(bytes.fromhex(keys["hub_public_key"]), message["signature"], b"sohoi receipt 1", *signed)
    if name == "PULL" and message["kind"] in (0, 4):
        signed = [bytes([message["kind"]])]
        signed += [message[key].to_bytes(8, "big") for key in ("number", "device")]
        signed.append(hashlib.sha256(message["content"]).digest())
        verify(bytes.fromhex(keys["hub_public_key"]), message["signature"], b"sohoi pull 1", *signed)
        if message["kind"] == 0:
            need(bulletin(message["content"])["number"] == message["number"], "a bulletin of another number")
        else:
            words = cbor(message["content"])
            need(len(words) <= CLOCK_WORDS and 0 < message["number"] < 1 << 63, "no words on clocks")
            need(all(0 <= device < 1 << 64 for device, _ in words), "no device")
            list(map(clock_run, (run for _, run in words)))
    return {"frame": name} | {key: shown(value) for key, value in message.items()}


def clock_run(run):
    first, last, offset, *told = run
    told = told[0] if told else None
    need(0 < first <= last < 1 << 63 and abs(offset) <= 1 << 48 and abs(told or 0) <= 1 << 48, "no run")
    return [first, last, offset, told]


def renewal(old, said, keys):
    names = "device public_key signature old_signature token_hash card".split()
    request = {name: said[key] for key, name in enumerate(names)}
    signed = [f"{old:016x}".encode(), request["device"].encode(), request["token_hash"].encode()]
    for key, signature in ((request["public_key"], "signature"), (keys["device_public_key"], "old_signature")):
        verify(bytes.fromhex(key), bytes.fromhex(request[signature]), b"sohoi renew 1", *signed)
    return request


def photo(content, keys):
    need(len(content) <= PHOTO_BYTES and content[:1] in (b"\x01", b"\x02"), "no photo")
    sealed, key = content[0] == 2, bytes.fromhex(keys["commune_key"])
    plain = content[1:]
    if sealed:
        nonce, plain = content[1:25], content[25:]
        plain = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, b"sohoi photo 1", nonce, key)
        need(hmac.digest(key, b"sohoi photo 1" + plain, "sha256")[:24] == nonce, "a nonce of another photo")
    said = cbor(plain)
    place = {"latitude": said[3], "longitude": said[4]} if 3 in said and 4 in said else None
    return {"sealed": sealed, "jpeg": said[0].hex(), "width": said[1], "height": said[2], "place": place}


def shown(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): shown(item) for key, item in value.items()}
    return value


# Bulletins

CATALOGUE_BYTES, CATALOGUE_FILES = 8 << 20, 1_000
TARGET = "indicator calendar period source per_unit total unit".split()


def bulletin(content):
    said = cbor(content)
    need(0 < said[0] < 1 << 63, "a number is out of range")
    need(4 in said or 5 not in said, "a day without a unit")
    return {
        "number": said[0],
        "made_at_ms": said[1],
        "kind": said[2],
        "unit_code": said.get(4),
        "unit_from": day(said[5]) if 5 in said else None,
        "body": bulletin_body(said[2], said[3]),
    }


def bulletin_body(kind, content):
    if not 1 <= kind <= 6:
        return {"bytes": content.hex()}
    said = cbor(content)
    if kind == 1:
        return [{name: target.get(key) for key, name in enumerate(TARGET)} for target in said[0]]
    if kind in (2, 3, 4):
        return release(said)
    if kind == 5:
        about = said.get(4)
        return {
            "author": said[0],
            "text": said[1],
            "period": period(said.get(2)),
            "indicator": said.get(3),
            "record": record_id(about[0], about[1]) if about else None,
            "reply_to": said.get(5),
        }
    return {
        "period": period(said[0]),
        "verdict": {1: "accepted", 2: "returned"}[said[1]],
        "author": said[2],
        "note": said[3],
        "digest": said[4].hex() if 4 in said else None,
    }


def period(said):
    return {"calendar": said[0], "label": said[1]} if said else None


def release(said):
    reader = Reader(said[3])
    length = reader.varint()
    need(length <= CATALOGUE_BYTES, "a catalogue is too long")
    content = zstandard.ZstdDecompressor().decompress(said[3][reader.at :], max_output_size=max(length, 1))
    need(len(content) == length, "a catalogue has another length than it says")
    reader, files, digest = Reader(content), {}, hashlib.sha256()
    n = reader.varint()
    need(n <= CATALOGUE_FILES, "too many files")
    for _ in range(n):
        path, text = reader.bytes(128), reader.bytes(CATALOGUE_BYTES)
        need(not files or max(files) < path.decode(), "names are not ascending")
        files[path.decode()] = text.decode()
        for part in (path, text):
            digest.update(len(part).to_bytes(8, "big") + part)
    reader.finish()
    need(digest.digest() == said[2], "the digest is of other files")
    return {"version": said[0], "format": said[1], "digest": digest.hexdigest(), "files": files}


def decoded(path, keys):
    if path.suffix == ".json":
        file = json.loads(path.read_text(encoding="utf-8").removeprefix("\ufeff"))
        need(file["format"] == "sohoi-enrolment" and file["version"] == 1, "no enrolment file")
        bytes.fromhex(file["hub_key"])
        return file
    if path.parent.name == "bulletin":
        return bulletin(path.read_bytes())
    read = batch if path.parent.name == "batch" else frames
    return read(path.read_bytes(), keys)


def main(words):
    check = words[:1] == ["--check"]
    folder = pathlib.Path(words[1]) if check else PROTOCOL / "v1"
    keys = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    if not check:
        for word in words:
            print(json.dumps(decoded(pathlib.Path(word), keys), ensure_ascii=False, indent=2, sort_keys=True))
        return 0
    paths = sorted(folder.glob("*/*.bin")) + sorted(folder.glob("enrolment/*.json"))
    wrong = 0
    for path in paths:
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        try:
            agrees = decoded(path, keys) == expected
        except (Refused, IndexError, KeyError, ValueError) as fault:
            print(f"{path}: {type(fault).__name__}: {fault}", file=sys.stderr)
            agrees = False
        if not agrees:
            print(f"{path}: does not say what its JSON says", file=sys.stderr)
            wrong += 1
    print(f"{len(paths)} messages, {wrong} of them read otherwise")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
