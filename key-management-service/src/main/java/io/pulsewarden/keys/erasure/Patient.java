package io.pulsewarden.keys.erasure;

import java.util.UUID;

/** A patient of an organisation. */
record Patient(UUID organisation, UUID id) {}
