package io.pulsewarden.telemetry.keys;

import java.util.UUID;

/** Who has to act on what the key feed says. */
interface KeyChanges {

  /** This subject key must not be used any more as it is in hand. */
  void changed(UUID subjectKeyId);

  /** Something may have been missed: nothing in hand can be trusted. */
  void missed();
}
