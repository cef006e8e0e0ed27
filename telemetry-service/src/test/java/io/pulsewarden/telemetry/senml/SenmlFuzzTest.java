package io.pulsewarden.telemetry.senml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.senml.SenmlResult.Pack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SenmlFuzzTest {

  private static final byte[] VALID =
      """
      [{"bn":"urn:uuid:3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11:","bt":1800000000.5,"bver":10,"bu":"/min",
        "n":"8867-4","v":62.8},{"n":"59408-5","u":"%","v":9.71e1,"t":-60},{"n":"x","vs":"a\\u0041"}]
      """
          .getBytes(UTF_8);

  private final SenmlJson senml = new SenmlJson();

  @Property(tries = 3_000)
  void shouldAnswerAnyBytes(@ForAll byte[] payload) {
    assertThat(senml.read(payload)).isNotNull();
  }

  @Property(tries = 5_000)
  void shouldAnswerAPackWithAnythingChanged(
      @ForAll("places") List<Integer> places, @ForAll("bytes") List<Byte> bytes) {
    byte[] changed = VALID.clone();
    for (int i = 0; i < places.size(); i++) {
      changed[places.get(i)] = bytes.get(i);
    }

    SenmlResult result = senml.read(changed);

    // What it takes, it can write and take again.
    if (result instanceof Pack pack) {
      pack.records().forEach(this::assertReadsTheSame);
    }
  }

  @Property(tries = 3_000)
  void shouldWriteAnyRecordAsAPackThatIsTheSameRecord(@ForAll("packs") String pack) {
    SenmlResult result = senml.read(pack.getBytes(UTF_8));

    if (result instanceof Pack read) {
      read.records().forEach(this::assertReadsTheSame);
      assertReadTheSameTogether(read, read.records());
      assertReadTheSameTogether(
          read, read.records().stream().filter(record -> record.index() != 1).toList());
    }
  }

  /** In one pack, or as many as it takes where none may be long. */
  private void assertReadTheSameTogether(Pack pack, List<SenmlRecord> some) {
    for (int longest : new int[] {200, 1_000_000}) {
      pack.sent()
          .excerpts(some, longest)
          .ifPresent(
              excerpts -> {
                assertThat(excerpts)
                    .allSatisfy(one -> assertThat(one.pack()).hasSizeLessThanOrEqualTo(longest));
                assertThat(excerpts.stream().flatMap(one -> records(one.pack()).stream()).toList())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("index")
                    .isEqualTo(some);
              });
    }
  }

  private List<SenmlRecord> records(String pack) {
    return ((Pack) senml.read(pack.getBytes(UTF_8))).records();
  }

  private void assertReadsTheSame(SenmlRecord record) {
    SenmlRecord alone =
        new SenmlRecord(
            0,
            record.name(),
            record.value(),
            record.unit(),
            record.time(),
            record.sum(),
            record.mustUnderstand(),
            record.otherFields());
    assertThat(records(record.asPack())).containsExactly(alone);
  }

  @Property(tries = 3_000)
  void shouldAnswerAnythingMadeOfItsOwnWords(@ForAll("words") List<String> words) {
    assertThat(senml.read(String.join("", words).getBytes(UTF_8))).isNotNull();
  }

  private static final byte[] VALID_CBOR =
      HexFormat.of()
          .parseHex(
              "83a6200a217275726e3a757569643a33663063316332653a22fb41dad2748020000000663838"
                  + "36372d3402fb404f66666666666601642f6d696ea300617802c48201020639003ba20061780843010203");

  private final SenmlCbor cbor = new SenmlCbor();

  @Property(tries = 3_000)
  void shouldAnswerAnyBytesAsCbor(@ForAll byte[] payload) {
    assertThat(cbor.read(payload)).isNotNull();
  }

  @Property(tries = 5_000)
  void shouldAnswerACborPackWithAnythingChanged(
      @ForAll @Size(3) List<@IntRange(max = 1_000) Integer> places,
      @ForAll @Size(3) List<Byte> bytes) {
    byte[] changed = VALID_CBOR.clone();
    for (int i = 0; i < places.size(); i++) {
      changed[places.get(i) % changed.length] = bytes.get(i);
    }

    SenmlResult result = cbor.read(changed);

    // What it takes, quarantine can write as JSON, and JSON takes again.
    if (result instanceof Pack pack) {
      pack.records().forEach(this::assertReadsTheSame);
    }
  }

  @Property(tries = 3_000)
  void shouldAnswerACborPackCutAnywhere(@ForAll @IntRange(max = 1_000) int length) {
    assertThat(cbor.read(Arrays.copyOf(VALID_CBOR, length % VALID_CBOR.length))).isNotNull();
  }

  /** Packs of one to three records, each label in it or not. */
  @Provide
  Arbitrary<String> packs() {
    Arbitrary<String> texts =
        Arbitraries.of(
            "\"\"",
            "\"8867-4\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\u0001\\\"\"",
            "\"" + "x".repeat(256) + "\"");
    Arbitrary<String> numbers =
        Arbitraries.of(
            "0",
            "0.000",
            "62.8",
            "-1.5e3",
            "1800000000",
            "1e29",
            "1e-30",
            "1234567890".repeat(6) + "e-65",
            "0." + "1234567890".repeat(6));
    List<Arbitrary<String>> fields = new ArrayList<>();
    List.of("bn", "n", "bu", "u", "vs", "b_", "a_", "colour")
        .forEach(label -> fields.add(field(label, texts)));
    List.of("bt", "t", "bv", "v", "s", "bs", "ut")
        .forEach(label -> fields.add(field(label, numbers)));
    return Combinators.combine(fields)
        .as(
            all ->
                all.stream()
                    .filter(one -> !one.isEmpty())
                    .collect(Collectors.joining(",", "{", "}")))
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(records -> "[" + String.join(",", records) + "]");
  }

  private static Arbitrary<String> field(String label, Arbitrary<String> values) {
    return Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.just("")),
        Tuple.of(1, values.map(value -> "\"" + label + "\":" + value)));
  }

  @Provide
  Arbitrary<List<Integer>> places() {
    return Arbitraries.integers().between(0, VALID.length - 1).list().ofSize(3);
  }

  @Provide
  Arbitrary<List<Byte>> bytes() {
    return Arbitraries.of("[]{}:,\"\\0123456789eE.-+tfnvubsd_ \u0000".chars().boxed().toList())
        .map(Integer::byteValue)
        .list()
        .ofSize(3);
  }

  @Provide
  Arbitrary<List<String>> words() {
    return Arbitraries.of(
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "\"bn\"",
            "\"n\"",
            "\"v\"",
            "\"bt\"",
            "\"bver\"",
            "1",
            "-1e9",
            "1e400",
            "true",
            "null",
            "\"\\ud800\"",
            "\"x_\"",
            " ")
        .list()
        .ofMaxSize(40);
  }
}
