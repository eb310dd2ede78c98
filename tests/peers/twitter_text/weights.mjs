// Reads a text per line, as JSON, and answers a line each: its weighted length and where its links are.
import { createInterface } from "node:readline";
import twitter from "twitter-text";

for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  const found = twitter.extractUrlsWithIndices(text).map(({ url }) => url);
  console.log(JSON.stringify([twitter.parseTweet(text).weightedLength, found]));
}
