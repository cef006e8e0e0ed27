package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.intake.QuarantineSpace;
import io.pulsewarden.telemetry.intake.TestIntake;
import io.pulsewarden.telemetry.session.RawMqtt.Packet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device that sends on without waiting for PUBACKs gets on, whatever limit it is at: with real
 * sockets, the real intake, and a Kafka that answers after all of what is in flight has come.
 */
class PipeliningTest {

  private static final String TRAFFIC = "pulsewarden.mqtt.traffic.";

  private final SettableClock clock = new SettableClock(Instant.now());

  /** What became of what was in flight. */
  private record Round(List<Integer> acknowledged, int reason) {}

  /** By default a thousand refused records at once, and a hundred a second. */
  @ParameterizedTest
  @CsvSource({"4, 64, 20", "5, 16, 63", "5, 16, 100"})
  void shouldGetOnAtEachConnectionAndBeStoredOnceWhereItsWindowOutweighsItsTokens(
      int version, int window, int refused) throws IOException {
    try (TestIntake intake = TestIntake.silent();
        LoneEndpoint endpoint = new LoneEndpoint(intake.intake()::accept, Map.of(), clock)) {
      List<Integer> waiting = ids(1, window);
      int rounds = 0;
      while (!waiting.isEmpty()) {
        Round round = send(endpoint, intake, version, waiting, _ -> unknown(refused));
        assertThat(round.acknowledged())
            .as("in their order, from the first one on")
            .isNotEmpty()
            .isEqualTo(waiting.subList(0, round.acknowledged().size()));
        waiting = waiting.subList(round.acknowledged().size(), waiting.size());
        assertThat(round.reason()).isEqualTo(waiting.isEmpty() || version == 4 ? 0 : 0x97);
        rounds++;
        clock.forward(Duration.ofSeconds(1));
      }

      assertThat(rounds).isGreaterThan(1);
      // Up to 20 refused records are kept each alone, more of one kind together.
      assertThat(intake.kept()).hasSize(window * (refused > 20 ? 1 : refused));
      assertThat(endpoint.budget.used()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldGetOnWhereItsWindowHasMoreBytesThanItMaySend(int version) throws IOException {
    Map<String, String> settings = Map.of(TRAFFIC + "device-bytes-per-second", "100");
    try (TestIntake intake = TestIntake.silent();
        LoneEndpoint endpoint = new LoneEndpoint(intake.intake()::accept, settings, clock)) {
      List<Integer> waiting = ids(1, 16);
      int rounds = 0;
      while (!waiting.isEmpty()) {
        Round round = send(endpoint, intake, version, waiting, this::heart);
        assertThat(round.acknowledged()).isNotEmpty();
        waiting = waiting.subList(round.acknowledged().size(), waiting.size());
        assertThat(round.reason()).isEqualTo(waiting.isEmpty() || version == 4 ? 0 : 0x96);
        rounds++;
        clock.forward(Duration.ofSeconds(5));
      }

      assertThat(rounds).isGreaterThan(2);
      assertThat(intake.kept()).hasSize(16);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldAcknowledgeGoodMessagesBeforeABadOneWhereQuarantineIsFull(int version)
      throws IOException {
    try (TestIntake intake = TestIntake.silent();
        LoneEndpoint endpoint = new LoneEndpoint(intake.intake()::accept, Map.of(), clock)) {
      intake.space((_, devices) -> !devices.contains(endpoint.device));
      IntFunction<byte[]> sixthIsBad = id -> id == 6 ? unknown(1) : heart(id);

      Round first = send(endpoint, intake, version, ids(1, 11), sixthIsBad);
      Round again = send(endpoint, intake, version, ids(6, 11), sixthIsBad);

      assertThat(first.acknowledged()).isEqualTo(ids(1, 5));
      assertThat(again.acknowledged()).isEmpty();
      assertThat(List.of(first.reason(), again.reason())).containsOnly(version == 5 ? 0x97 : 0);
      assertThat(intake.kept()).as("nothing behind the bad one").hasSize(5);

      // Somebody decides.
      intake.space(QuarantineSpace.UNLIMITED);
      assertThat(send(endpoint, intake, version, ids(6, 11), sixthIsBad).acknowledged())
          .isEqualTo(ids(6, 11));
      assertThat(intake.kept()).as("each once").hasSize(11);
    }
  }

  @Test
  void shouldAcknowledgeAllThatCameBeforeAPacketThatEndsTheConnection() throws IOException {
    try (TestIntake intake = TestIntake.silent();
        LoneEndpoint endpoint = new LoneEndpoint(intake.intake()::accept, Map.of(), clock);
        RawMqtt mqtt = endpoint.connection(5)) {
      mqtt.connect(endpoint.device.toString(), 60);
      mqtt.publish(1, 1, Topics.vitals(endpoint.device), heart(1));
      mqtt.ping();
      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      mqtt.publishByAlias(2, 17, Topics.vitals(endpoint.device), heart(2));
      intake.answers(true);

      assertThat(mqtt.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      assertThat(mqtt.read().orElseThrow().reason(0)).isEqualTo(0x94);
      assertThat(mqtt.read()).isEmpty();
      assertThat(intake.kept()).hasSize(1);
    }
  }

  /** Sends all of these, and hears of each what becomes of it; the reason of a DISCONNECT, or 0. */
  private static Round send(
      LoneEndpoint endpoint,
      TestIntake intake,
      int version,
      List<Integer> ids,
      IntFunction<byte[]> payload)
      throws IOException {
    intake.answers(false);
    try (RawMqtt mqtt = endpoint.connection(version)) {
      assertThat(mqtt.connect(endpoint.device.toString(), 60).reason(1)).isZero();
      // At once: what ends the connection may be among the first, and then no more can be sent.
      ByteArrayOutputStream window = new ByteArrayOutputStream();
      for (int id : ids) {
        window.writeBytes(
            mqtt.publishPacket(1, id, Topics.vitals(endpoint.device), payload.apply(id)));
      }
      window.writeBytes(new byte[] {(byte) 0xC0, 0});
      mqtt.write(window.toByteArray());
      List<Integer> acknowledged = new ArrayList<>();
      int reason = 0;
      Optional<Packet> next = mqtt.read();
      while (next.isPresent()) {
        Packet packet = next.get();
        switch (packet.type()) {
          // All of it has come, and Kafka has said nothing.
          case RawMqtt.PINGRESP -> intake.answers(true);
          case RawMqtt.PUBACK ->
              acknowledged.add(((packet.body()[0] & 0xFF) << 8) | (packet.body()[1] & 0xFF));
          default -> {
            assertThat(packet.type()).isEqualTo(RawMqtt.DISCONNECT);
            reason = packet.reason(0);
          }
        }
        next = acknowledged.size() == ids.size() ? Optional.empty() : mqtt.read();
      }
      return new Round(acknowledged, reason);
    }
  }

  private static List<Integer> ids(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  private byte[] heart(int id) {
    return "[{\"n\":\"8867-4\",\"u\":\"/min\",\"v\":%d,\"t\":%d}]"
        .formatted(60 + id, clock.millis() / 1_000 - id)
        .getBytes(UTF_8);
  }

  /** So many records of a code that no table has. */
  private static byte[] unknown(int records) {
    return IntStream.range(0, records)
        .mapToObj("{\"n\":\"1-1\",\"u\":\"/min\",\"v\":%d}"::formatted)
        .collect(joining(",", "[", "]"))
        .getBytes(UTF_8);
  }
}
