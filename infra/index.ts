/** The Pulumi program: stack → host → networks → images → guests → outputs. */
import { artefactOutputs, obtainFor } from "./artefacts/index.ts";
import { ConfigError } from "./errors.ts";
import { createHost } from "./hosts/host.ts";
import { openHost } from "./hosts/open.ts";
import { checkOwner, recordBefore } from "./hosts/snapshot.ts";
import { createImage } from "./images/component.ts";
import { loadStack } from "./load.ts";
import { createNetwork } from "./networks/index.ts";
import { createGuest } from "./platforms/index.ts";
import { describeHost, hostNeeds, mapValues, must, publish, usable, withoutTrace } from "./program.ts";
import { pulumi } from "./providers.ts";
import { checkHost } from "./stack.ts";

async function program(name: string) {
  const stack = await loadStack(name);
  await obtainFor(stack);
  const context = openHost(stack);
  // a stack that Pulumi's own command brings up can be attested as well
  if (context.emulated?.running !== false)
    (pulumi().runtime.isDryRun() ? checkOwner : recordBefore)(name, context.shell);
  if (!context.facts.root) throw new ConfigError(`a stack on ${context.shell.name} needs root`);
  checkHost(stack, context.facts, context.settings.refusals);
  const { networks: fields, guests: plans, images: imagePlans, unavailable } = usable(stack, context);

  const host = createHost(context, hostNeeds(plans, fields, context));
  const networks = mapValues(fields, (network, key) => {
    const plugs = Object.values(plans).filter((plan) => plan.network.name === key);
    return createNetwork(must(stack.plans.networks, key), network, host, plugs);
  });
  const images = mapValues(imagePlans, ({ plan, forms }) => createImage(plan, host, forms));
  const guests = mapValues(plans, (plan) =>
    createGuest({ plan, host, network: must(networks, plan.network.name), image: must(images, plan.image.name) }),
  );

  return publish({
    schemaVersion: 1,
    stack: name,
    host: describeHost(host),
    networks: mapValues(networks, (network) => network.output),
    images: mapValues(images, (image) => image.manifest),
    guests: mapValues(guests, (guest) => guest.handle),
    artefacts: artefactOutputs(stack),
    unavailable,
  });
}

export const { schemaVersion, stack, host, networks, images, guests, artefacts, unavailable } = await withoutTrace(
  program(pulumi().getStack()),
);
