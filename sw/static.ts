import { serve } from './sw.ts';

/** The worker as a classic script: `importScripts('potto-sw.js'); potto.serve({ … });` */
Object.assign(self, { potto: { serve } });
