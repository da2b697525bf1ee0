import './zod-without-eval.ts';
import { ChatWindow } from './ui/chat/chat-window.tsx';
import { startWindow } from './ui/start-window.tsx';

startWindow(<ChatWindow />);
