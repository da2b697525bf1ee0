import './zod-without-eval.ts';
import { DeskWindow } from './ui/desk/desk-window.tsx';
import { startWindow } from './ui/start-window.tsx';

startWindow(<DeskWindow />);
