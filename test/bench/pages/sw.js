importScripts('potto-sw.js');
potto.serve({ sources: `${new URL(location).searchParams.get('bucket')}{id}.tif` });
