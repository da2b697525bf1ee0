import './zod-without-eval.ts';
import { MiniWindow } from './ui/mini/mini-window.tsx';
import { startWindow } from './ui/start-window.tsx';
import './styles/mini.css';

startWindow(<MiniWindow />);
