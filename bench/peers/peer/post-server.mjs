// Takes bodies and answers each when it is on disk, as the others do.
import { open } from "node:fs/promises";
import { createServer } from "node:http";

const file = await open(process.argv[2], "a");
const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  await file.write(Buffer.concat(parts));
  await file.datasync();
  response.writeHead(201, { "content-length": 0 }).end();
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
