import * as chat from "./chat.js";
import * as completion from "./completion.js";
import * as composer from "./composer.js";
import * as copy from "./copy.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as select from "./select.js";
import * as tabs from "./tabs.js";
import * as toast from "./toast.js";
import * as typing from "./typing.js";
import * as uploading from "./uploading.js";
import { onArrival } from "./wire.js";

for (const part of [composer, completion, chat, copy, keys, live, select, tabs, toast, typing, uploading]) part.start();
if (navigator.clipboard) onArrival(copy.reveal);
