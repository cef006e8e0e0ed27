package io.pulsewarden.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What NetworkPolicies allow, one line a flow, such as {@code telemetry-service -> kafka:9093}. */
final class Flows {
  private static final String ANYONE = "anyone";

  private Flows() {}

  static Set<String> incoming(Stream<JsonNode> policies) {
    var flows = new TreeSet<String>();
    policies.forEach(
        policy ->
            subjects(policy)
                .forEach(
                    subject ->
                        policy
                            .at("/spec/ingress")
                            .forEach(
                                rule ->
                                    peers(rule.path("from"))
                                        .forEach(
                                            peer ->
                                                ports(rule)
                                                    .forEach(
                                                        port ->
                                                            flows.add(
                                                                flow(peer, subject, port)))))));
    return flows;
  }

  static Set<String> outgoing(Stream<JsonNode> policies) {
    var flows = new TreeSet<String>();
    policies.forEach(
        policy ->
            subjects(policy)
                .forEach(
                    subject ->
                        policy
                            .at("/spec/egress")
                            .forEach(
                                rule ->
                                    peers(rule.path("to"))
                                        .forEach(
                                            peer ->
                                                ports(rule)
                                                    .forEach(
                                                        port ->
                                                            flows.add(
                                                                flow(subject, peer, port)))))));
    return flows;
  }

  private static String flow(String from, String to, String port) {
    return from + " -> " + to + ":" + port;
  }

  /** The pods that a policy is about: a name, several, or all. */
  private static Stream<String> subjects(JsonNode policy) {
    var selector = policy.at("/spec/podSelector");
    if (selector.isEmpty()) {
      return Stream.of("all");
    }
    return Stream.concat(
        values(selector.path("matchLabels")),
        stream(selector.path("matchExpressions"))
            .flatMap(expression -> stream(expression.path("values")).map(JsonNode::asText)));
  }

  private static Stream<String> peers(JsonNode peers) {
    if (peers.isMissingNode()) {
      return Stream.of(ANYONE);
    }
    return stream(peers)
        .map(
            peer ->
                peer.has("podSelector")
                    ? values(peer.at("/podSelector/matchLabels")).findFirst().orElse(ANYONE)
                    : values(peer.at("/namespaceSelector/matchLabels")).findFirst().orElse(ANYONE));
  }

  private static Stream<String> ports(JsonNode rule) {
    return rule.has("ports")
        ? stream(rule.get("ports")).map(port -> port.path("port").asText()).distinct()
        : Stream.of("*");
  }

  private static Stream<String> values(JsonNode labels) {
    return stream(labels).map(JsonNode::asText);
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
