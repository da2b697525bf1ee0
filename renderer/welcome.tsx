import './zod-without-eval.ts';
import { WelcomeWindow } from './ui/welcome/welcome-window.tsx';
import { startWindow } from './ui/start-window.tsx';

startWindow(<WelcomeWindow />);
