import { readFile } from 'node:fs/promises';
import { loadPyodide } from 'pyodide';

/*
 * Imports `api.py` into CPython, which a package of npm has in it, and has it read and write the answers of `answers.json`:
 * pairs of what an answer is called and what it says. Prints what became of each, as JSON.
 */
const python = await loadPyodide();
const files = python.FS;
files.mkdir('/app');
files.mkdir('/app/dateutil');
files.writeFile('/app/api.py', await readFile('api.py', 'utf8'));
// The package that the classes read times with is not on npm. This much of it is called.
files.writeFile('/app/dateutil/__init__.py', '');
files.writeFile('/app/dateutil/parser.py', 'from datetime import datetime\nparse = datetime.fromisoformat\n');
files.writeFile('/app/answers.json', await readFile('answers.json', 'utf8'));
console.log(
  python.runPython(`
import json, sys, datetime
sys.path.insert(0, "/app")
import api

def plain(value):
    if isinstance(value, dict): return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list): return [plain(one) for one in value]
    if isinstance(value, str) and "T" in value:
        try: return datetime.datetime.fromisoformat(value).isoformat()
        except ValueError: return value
    return value

def outcome(name, answer):
    try: read = getattr(api, name + "_from_dict")(answer)
    except Exception as error: return "refused: " + type(error).__name__
    written = getattr(api, name + "_to_dict")(read)
    return "same" if plain(written) == plain(answer) else json.dumps(plain(written))

with open("/app/answers.json") as file: answers = json.load(file)
json.dumps([outcome(name, answer) for name, answer in answers])
`),
);
