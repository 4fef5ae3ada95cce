import { chromium } from '@playwright/test';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-quic','--no-first-run','--disable-background-networking','--enable-unsafe-webgpu','--use-webgpu-adapter=swiftshader'] });
for (let k=0;k<2;k++) for (const h of ['#v=1&data=spiral&run=1','#v=1&run=1']) {
const c = await b.newContext({viewport:{width:1280,height:900}, serviceWorkers:'block'}); const p = await c.newPage();
await p.addInitScript(()=>{ window.tl=[]; let last=''; const f=()=>{const t=(document.querySelector('[role=status]')?.innerText??'').slice(0,60).replace(/\s+/g,' '); const key=t.replace(/[\d.]+/g,'#'); if(key!==last){last=key; window.tl.push([Math.round(performance.now()),t]);} requestAnimationFrame(f);}; requestAnimationFrame(f); });
await p.goto('http://127.0.0.1:4189/'+h,{waitUntil:'commit'});
await p.waitForFunction(()=>/step [1-9]/.test(document.querySelector('[role=status]')?.innerText??''),null,{timeout:60000});
console.log(h, JSON.stringify(await p.evaluate(()=>({tl:window.tl, fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime|0, dcl: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd|0, res: performance.getEntriesByType('resource').length}))));
await c.close(); }
await b.close();
