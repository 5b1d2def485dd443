import { serve } from './sw.ts';
import { serveAsThread } from './thread.ts';

// The worker as a classic script: `importScripts('potto-sw.js'); potto.serve({ … });`. Pages start the same script as
// threads that render for it.
if ('DedicatedWorkerGlobalScope' in self) serveAsThread();
else Object.assign(self, { potto: { serve } });
