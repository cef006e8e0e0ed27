package io.pulsewarden.simulator.mqtt;

import io.pulsewarden.simulator.endpoints.ServerTrust;
import java.time.Clock;
import java.util.concurrent.Semaphore;

/**
 * Where devices connect to.
 *
 * @param uri {@code ssl://host:port}
 * @param trust whom to trust for it
 * @param handshakes how many devices may be connecting at the same time
 * @param clock tells when a message is sent
 */
public record MqttServer(String uri, ServerTrust trust, Semaphore handshakes, Clock clock) {}
