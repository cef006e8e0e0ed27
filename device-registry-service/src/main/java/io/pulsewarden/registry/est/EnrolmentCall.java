package io.pulsewarden.registry.est;

import io.pulsewarden.registry.csr.ChannelBinding;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a certificate.
 *
 * @param proof what is shown to be the device
 * @param organisation whose label is in the path; null if none is
 * @param request base64 of a PKCS#10 structure, as it came
 * @param connection that it came by
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on once, and never compared.
record EnrolmentCall(
    Proof proof, @Nullable UUID organisation, byte[] request, ChannelBinding connection) {}
