package io.pulsewarden.keys.handout;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.keys.problem.StrictJson;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads the body of {@code POST /v1/data-keys}, strictly. */
final class KeyAskReader {

  /** How many keys one request may ask for. */
  static final int LIMIT = 1000;

  private KeyAskReader() {}

  /**
   * From 1 to {@value #LIMIT} requests.
   *
   * @throws UnreadableRequestException if it is anything else
   */
  static List<KeyAsk> read(byte[] body) {
    JsonNode requests = parse(body).path("requests");
    if (!requests.isArray() || requests.isEmpty() || requests.size() > LIMIT) {
      throw new UnreadableRequestException("requests: an array of 1 to " + LIMIT);
    }
    List<KeyAsk> asks = new ArrayList<>();
    for (JsonNode request : requests) {
      asks.add(read(request, "requests[" + asks.size() + "]"));
    }
    return asks;
  }

  private static JsonNode parse(byte[] body) {
    try {
      return StrictJson.read(body);
    } catch (IOException notJson) {
      throw new UnreadableRequestException("the body: not JSON");
    }
  }

  private static KeyAsk read(JsonNode request, String at) {
    Purpose purpose =
        Purpose.ofWireName(request.path("purpose").asText())
            .orElseThrow(() -> new UnreadableRequestException(at + ".purpose: no such purpose"));
    int epoch = epoch(request.path("epoch"), at + ".epoch");
    boolean byId = request.has("subjectKeyId");
    if (byId == request.has("subject")) {
      throw new UnreadableRequestException(at + ": either subject or subjectKeyId");
    }
    return byId
        ? new KeyAsk.ById(id(request.path("subjectKeyId"), at + ".subjectKeyId"), purpose, epoch)
        : new KeyAsk.OfSubject(subject(request, at), purpose, epoch);
  }

  private static Subject subject(JsonNode request, String at) {
    JsonNode subject = request.path("subject");
    SubjectKind kind =
        SubjectKind.ofWireName(subject.path("kind").asText())
            .orElseThrow(() -> new UnreadableRequestException(at + ".subject.kind: no such kind"));
    return new Subject(
        id(request.path("organisation"), at + ".organisation"),
        kind,
        id(subject.path("id"), at + ".subject.id"));
  }

  private static UUID id(JsonNode node, String at) {
    return StrictJson.id(node)
        .orElseThrow(() -> new UnreadableRequestException(at + ": not a UUID in lower case"));
  }

  private static int epoch(JsonNode node, String at) {
    if (!node.isInt() || node.asInt() < 0) {
      throw new UnreadableRequestException(at + ": not a day since 1970");
    }
    return node.asInt();
  }
}
