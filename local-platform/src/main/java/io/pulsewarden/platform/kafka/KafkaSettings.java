package io.pulsewarden.platform.kafka;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.process.FreePorts;

/**
 * How a broker is started.
 *
 * @param port of clients, on 127.0.0.1
 * @param controllerPort of the broker's own controller
 * @param serviceCa signs the broker, and is the only one whose clients get in
 * @param trustDomain of the broker's and the administrator's SPIFFE ids
 * @param heapMegabytes the most that its JVM may use as heap
 * @param advertisedPort to which the broker sends its clients: its own, or a relay's
 */
public record KafkaSettings(
    int port,
    int controllerPort,
    LocalCa serviceCa,
    String trustDomain,
    int heapMegabytes,
    int advertisedPort) {

  private static final int HEAP = 256;

  public KafkaSettings(
      int port, int controllerPort, LocalCa serviceCa, String trustDomain, int heapMegabytes) {
    this(port, controllerPort, serviceCa, trustDomain, heapMegabytes, port);
  }

  public KafkaSettings(int port, int controllerPort, LocalCa serviceCa, String trustDomain) {
    this(port, controllerPort, serviceCa, trustDomain, HEAP);
  }

  /** The same broker behind a relay of this port, for tests of networks that break. */
  public KafkaSettings advertising(int relayPort) {
    return new KafkaSettings(
        port, controllerPort, serviceCa, trustDomain, heapMegabytes, relayPort);
  }

  /** Free ports. */
  public static KafkaSettings forTests(LocalCa serviceCa, String trustDomain) {
    return new KafkaSettings(FreePorts.find(), FreePorts.find(), serviceCa, trustDomain);
  }
}
