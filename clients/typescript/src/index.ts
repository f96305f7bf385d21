export * from './answer.js';
export * from './client.js';
export * from './events.js';
export * from './listener.js';
export * from './problem.js';
export * from './shapes.js';
