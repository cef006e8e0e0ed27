package io.pulsewarden.telemetry.keys;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** The way to key management. Thread-safe. */
interface KeyGateway {

  /** How many keys one request may ask for. */
  int LIMIT = 1000;

  /** Asks for 1 to {@value #LIMIT} keys; answered in order. Fails in any way it likes. */
  CompletionStage<List<Fetched>> fetch(List<Lookup> lookups);
}
