package io.pulsewarden.telemetry.bridge;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A broker as it is registered.
 *
 * @param name in metrics and logs
 * @param uri in Paho's form
 * @param gateway the device of the registry as which it speaks
 * @param organisation which that gateway has to be of
 * @param pattern where its devices publish
 * @param group of the shared subscription
 * @param tlsName which TLS configuration has our certificate and its CA
 */
record BridgedBroker(
    String name,
    String uri,
    UUID gateway,
    UUID organisation,
    TopicPattern pattern,
    String group,
    String tlsName,
    int connections,
    int receiveMaximum,
    long maximumPacketSize,
    Duration sessionExpiry) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final int DEFAULT_PORT = 8883;
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_IN_FLIGHT = 65_535;

  BridgedBroker {
    require(NAME.matcher(name).matches(), "a broker's name is of lower-case letters and digits");
    require(NAME.matcher(group).matches(), "a group is of lower-case letters and digits");
    require(connections > 0 && connections <= MAX_CONNECTIONS, "1 to 64 connections");
    require(receiveMaximum > 0 && receiveMaximum <= MAX_IN_FLIGHT, "receive maximum 1 to 65,535");
    require(maximumPacketSize > 0, "a packet has bytes");
    // A session that ends with its connection keeps nothing for a bridge that is away.
    require(sessionExpiry.toSeconds() > 0, "a session has to outlive its connection");
  }

  static BridgedBroker of(Map.Entry<String, BridgeConfiguration.Broker> named) {
    BridgeConfiguration.Broker broker = named.getValue();
    return new BridgedBroker(
        named.getKey(),
        pahoUri(broker.url()),
        broker.gateway(),
        broker.organisation(),
        new TopicPattern(broker.topic()),
        broker.group(),
        broker.tlsConfigurationName(),
        broker.connections(),
        broker.receiveMaximum(),
        broker.maximumPacketSize(),
        broker.sessionExpiry());
  }

  /** Readings never travel in clear: {@code mqtts} alone. */
  private static String pahoUri(URI url) {
    require("mqtts".equals(url.getScheme()) && url.getHost() != null, "a broker's URL is mqtts://");
    int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    return "ssl://" + url.getHost() + ":" + port;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** What to subscribe to: each message goes to one connection of the group. */
  String subscription() {
    return "$share/" + group + "/" + pattern.filter();
  }

  /** The client id of a connection; the broker keeps messages under it. */
  String clientId(String node, int number) {
    return "pulsewarden-" + node + "-" + name + "-" + number;
  }
}
