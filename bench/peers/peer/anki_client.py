"""One step of a commune that keeps its records as Anki's notes.

anki_client.py COLLECTION put FILE                              a note for each line of JSON, by its id
anki_client.py COLLECTION sync USER:PASSWORD SERVER LINE HOW    over port LINE; HOW is "whole" or "merge"

Says one line of JSON: how many notes, or the seconds that the sync took.
"""

import json
import sys
import time

from anki.collection import Collection
from anki.sync_pb2 import SyncCollectionResponse as Answer


def put(collection, path):
    model = collection.models.by_name("Basic")
    known = {fields.split("\x1f")[0]: note for note, fields in collection.db.all("SELECT id, flds FROM notes")}
    n = 0
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        key = record.pop("id")
        note = collection.get_note(known[key]) if key in known else collection.new_note(model)
        note.fields = [key, json.dumps(record, ensure_ascii=False, separators=(",", ":"))]
        if key in known:
            collection.update_note(note)
        else:
            collection.add_note(note, 1)
        n += 1
    return {"notes": n}


def sync(collection, user, server, line, how):
    name, password = user.split(":")
    # Who she is was settled before, like our enrolment.
    who = collection.sync_login(name, password, f"http://127.0.0.1:{server}/")
    who.endpoint = f"http://127.0.0.1:{line}/"
    # Of its preferences: by default it gives up after 30 s in which the file lay in the system's buffers.
    who.io_timeout_secs = 600
    begun = time.perf_counter()
    answer = collection.sync_collection(who, sync_media=False)
    if how == "whole":
        assert answer.required in (Answer.FULL_SYNC, Answer.FULL_UPLOAD), answer
        collection.close_for_full_sync()
        collection.full_upload_or_download(auth=who, server_usn=None, upload=True)
    else:
        assert answer.required == Answer.NO_CHANGES, answer
    return {"seconds": time.perf_counter() - begun}


def main():
    path, act, *words = sys.argv[1:]
    collection = Collection(path)
    said = {"put": put, "sync": sync}[act](collection, *words)
    # After an upload it is closed already.
    if collection.db:
        collection.close()
    print(json.dumps(said))


main()
