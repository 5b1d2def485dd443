importScripts('potto-sw.js');
const bucket = new URL(location).searchParams.get('bucket');
potto.serve({ sources: { '': `${bucket}{id}.tif`, files: `${bucket}{id}` } });
importScripts('site-files.js', 'offline.js');
