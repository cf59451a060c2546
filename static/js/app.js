import * as chat from "./chat.js";
import * as composer from "./composer.js";
import * as copy from "./copy.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as toast from "./toast.js";
import { onArrival } from "./wire.js";

for (const part of [composer, chat, copy, keys, live, toast]) part.start();
if (navigator.clipboard) onArrival(copy.reveal);
