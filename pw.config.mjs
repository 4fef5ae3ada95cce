import base from './playwright.config.ts';
const PORT = 4189;
export default { ...base, workers: 1, use: { ...base.use, baseURL: 'http://127.0.0.1:' + PORT + '/' }, webServer: { command: 'npx vite preview --host 127.0.0.1 --port ' + PORT + ' --strictPort', url: 'http://127.0.0.1:' + PORT + '/', reuseExistingServer: true } };
