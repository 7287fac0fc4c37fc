// express-pouchdb with what PouchDB asks for and nothing else.
import { sep } from "node:path";

import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchDB from "pouchdb";

const databases = PouchDB.defaults({ prefix: process.argv[2] + sep });
const routes = expressPouchDB(databases, { mode: "minimumForPouchDB", inMemoryConfig: true });
const server = express().use("/", routes).listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
