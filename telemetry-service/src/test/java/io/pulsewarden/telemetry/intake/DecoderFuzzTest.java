package io.pulsewarden.telemetry.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.vitals.AcceptedUnit;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.WaveSign;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a pack says, it comes apart and can be sealed: nothing that is read can't be held. */
class DecoderFuzzTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);

  private final Device device =
      TestDevices.active(
          UUID.randomUUID(),
          UUID.randomUUID(),
          new Assignment(
              UUID.randomUUID(), 1, UUID.randomUUID(), CLOCK.millis() - 1_000, Long.MAX_VALUE));
  private final MessageDecoder decoder = new MessageDecoder(new DeviceDirectory());
  private final MessageSealer sealer =
      new MessageSealer((_, _, _, plaintext) -> CompletableFuture.completedFuture(plaintext));

  @Property(tries = 5_000)
  void shouldTakeAnyPackApart(@ForAll("packs") String pack) {
    IncomingMessage message = TestIntake.message(device, pack.getBytes(UTF_8), CLOCK);

    DecodedMessage decoded = decoder.decode(message);

    // Each reading is there, in the bytes that are sealed; each other record is in quarantine.
    int readings =
        decoded.batches().stream()
            .mapToInt(batch -> VitalBlock.decode(batch.block().encode()).readings().size())
            .sum();
    assertThat(readings).isLessThanOrEqualTo(decoded.receipt().accepted());
    assertThat(readings == 0).isEqualTo(decoded.receipt().accepted() == 0);
    assertThat(sealer.seal(message, decoded).toCompletableFuture().join().records())
        .hasSize(decoded.batches().size() + decoded.quarantine().size());
    if (decoded.receipt().records() > 0) {
      assertThat(decoded.quarantine()).hasSameSizeAs(decoded.receipt().rejected());
    }
  }

  @Provide
  Arbitrary<String> packs() {
    Arbitrary<String> names =
        Arbitraries.of(
            Stream.concat(
                    Arrays.stream(VitalSign.values()).map(VitalSign::code),
                    Arrays.stream(WaveSign.values()).map(WaveSign::code))
                .toList());
    Arbitrary<String> units =
        Arbitraries.of(
            Arrays.stream(VitalSign.values())
                .flatMap(sign -> sign.units().accepted().stream())
                .map(AcceptedUnit::unit)
                .distinct()
                .toList());
    Arbitrary<String> times =
        Arbitraries.of(
            "1800000000", "1799999998.9999", "1.8e9", "0", "-9e29", "1799999999.0000001");
    Arbitrary<String> samples =
        Arbitraries.of(
            "period=4,factor=0.005;12 13 E -7",
            "period=0.1,factor=0.000000000000000001,lower=-1;L",
            "period=1000,origin=99999999999999999999;1",
            "period=4;8388607");
    Arbitrary<String> record =
        Combinators.combine(
                names, units, values(), times, samples, Arbitraries.integers().between(0, 9))
            .as(DecoderFuzzTest::record);
    return record.list().ofMinSize(1).ofMaxSize(5).map(all -> "[" + String.join(",", all) + "]");
  }

  /** With anything that a JSON number can be, and much of what a sensor says. */
  private static Arbitrary<String> values() {
    Arbitrary<BigDecimal> any =
        Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(-30, 62))
            .as(BigDecimal::valueOf);
    return Arbitraries.oneOf(
        any.map(BigDecimal::toString),
        Combinators.combine(
                Arbitraries.integers().between(1, 400), Arbitraries.integers().between(0, 48))
            .as((number, scale) -> BigDecimal.valueOf(number, scale).toString()),
        Arbitraries.of("0", "1.2345678901234567e-31", "1e-30", "62", "37.2"));
  }

  private static String record(
      String name, String unit, String value, String time, String samples, int form) {
    List<String> fields = new ArrayList<>();
    fields.add("\"n\":\"" + name + "\"");
    fields.add("\"u\":\"" + unit + "\"");
    fields.add("\"t\":" + time);
    switch (form) {
      case 0 -> fields.add("\"vs\":\"" + samples + "\"");
      case 1 -> fields.add("\"bv\":" + value);
      case 2 -> fields.add("\"bv\":1e-30,\"v\":" + value);
      case 3 -> fields.add("\"bs\":1,\"v\":" + value);
      default -> fields.add("\"v\":" + value);
    }
    return "{" + String.join(",", fields) + "}";
  }
}
