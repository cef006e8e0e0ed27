package io.pulsewarden.registry.ca;

import java.util.UUID;

/**
 * The names that a device's certificate carries, as the registry knows them.
 *
 * @param deviceId subject CN and {@code urn:uuid:} in the SAN
 * @param organisationId subject O
 */
public record DeviceName(UUID deviceId, UUID organisationId) {}
