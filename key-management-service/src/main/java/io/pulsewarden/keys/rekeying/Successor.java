package io.pulsewarden.keys.rekeying;

import io.pulsewarden.keys.kek.Wrapped;
import java.util.UUID;

/**
 * The key that is to follow one.
 *
 * @param before what seals until then
 */
record Successor(KeyRow before, UUID id, Wrapped wrapped) {

  int version() {
    return before.version() + 1;
  }
}
