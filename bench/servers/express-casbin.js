import { newEnforcer } from 'casbin';
import express from 'express';

// As one would write it in an afternoon.
const [port, model, policy] = process.argv.slice(2);
const enforcer = await newEnforcer(model, policy);
const app = express();

app.use(express.json());

app.post('/v1/enforce', async (request, response) => {
  const { subject, workspace, permission } = request.body;
  const [resource, action] = permission.split(':');
  const decision = await enforcer.enforce(`user:${subject}`, workspace, resource, action, '-');
  response.json({ decision });
});

app.listen(Number(port), '127.0.0.1', () => console.log('listening'));
