#!/usr/bin/env node
import '../dist/bundle/rolebook/main.js';
