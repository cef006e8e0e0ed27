package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.WrapContext;
import java.util.UUID;

/**
 * A subject key's row, as far as its wrapping goes.
 *
 * @param version of the subject's keys
 */
record WrappedRow(UUID id, Subject subject, int version, Wrapped wrapped) {

  ToUnwrap toUnwrap() {
    return new ToUnwrap(wrapped, WrapContext.associated(subject, id, version));
  }
}
