package io.pulsewarden.telemetry.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pulsewarden.telemetry.vitals.CompactedBlock.Member;
import io.pulsewarden.telemetry.vitals.CompactedBlock.Part;
import io.pulsewarden.telemetry.vitals.CompactedBlock.Parts;
import io.pulsewarden.telemetry.vitals.Reading.BloodPressure;
import io.pulsewarden.telemetry.vitals.Reading.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CompactedBlockTest {

  private static final long TIME = 1_800_000_000_000L;
  private static final FormatPage PAGE = FormatPage.named("compacted-block.md");
  private static final byte[] BODY = HexFormat.of().parseHex(PAGE.hexAfter("Golden body"));
  private static final byte[] DEFLATED =
      HexFormat.of().parseHex(PAGE.hexAfter("Golden plaintext, deflated"));

  private static final CompactedBlock TWO =
      new CompactedBlock(
          2,
          Optional.of(new Worn(UUID.fromString("00000000-0000-4000-8000-000000000004"), 3)),
          List.of(
              new Member(
                  41,
                  TIME + 250,
                  (TIME + 400) * 1_000,
                  7,
                  false,
                  List.of(
                      heart(TIME, "62.8"),
                      new BloodPressure(TIME, new BigDecimal(120), null, new BigDecimal("92.5")),
                      new Quantity(VitalSign.BODY_TEMPERATURE, TIME, new BigDecimal("-0.5")))),
              new Member(
                  44,
                  TIME + 1_260,
                  (TIME + 400) * 1_000,
                  7,
                  true,
                  List.of(heart(TIME + 1_000, "63"), heart(TIME + 500, "62.5")))));

  private static final CompactedBlock MINUTE =
      new CompactedBlock(
          1,
          Optional.empty(),
          IntStream.range(0, 60)
              .mapToObj(
                  i ->
                      new Member(
                          i,
                          TIME + i * 1_000L,
                          TIME * 1_000,
                          0,
                          false,
                          List.of(heart(TIME + i * 1_000L, "" + (60 + i % 3)))))
              .toList());

  @Test
  void shouldWriteAndReadTheGoldenBytes() {
    assertThat(HexFormat.of().formatHex(CompactedWriter.write(TWO)))
        .isEqualTo(HexFormat.of().formatHex(BODY));
    assertThat(CompactedReader.read(BODY)).isEqualTo(TWO);
    assertThat(CompactedBlock.decode(DEFLATED)).isEqualTo(MINUTE);
  }

  @Test
  void shouldMakeTheWantedReadingsAlone() {
    Parts temperatures = CompactedBlock.select(TWO.encode(), code("8310-5"));
    assertThat(temperatures.schemaVersion()).isEqualTo(2);
    assertThat(temperatures.parts())
        .singleElement()
        .satisfies(
            part -> {
              assertThat(part.offset()).isEqualTo(41);
              assertThat(part.positions()).containsExactly(2);
              assertThat(part.readings()).containsExactly(TWO.members().get(0).readings().get(2));
            });
    Parts rates = CompactedBlock.select(TWO.encode(), code("8867-4"));
    assertThat(rates.parts()).extracting(Part::offset).containsExactly(41L, 44L);
    assertThat(rates.parts().get(1).readings()).isEqualTo(TWO.members().get(1).readings());
    assertThat(rates.parts().get(1).firstTimeMillis()).isEqualTo(TIME + 500);
    assertThat(rates.parts().get(1).lastTimeMillis()).isEqualTo(TIME + 1_000);
    assertThat(CompactedBlock.select(TWO.encode(), code("9279-1")).parts()).isEmpty();
    assertThat(CompactedBlock.select(TWO.encode(), Wanted.ALL).parts())
        .extracting(Part::readings)
        .containsExactlyElementsOf(TWO.members().stream().map(Member::readings).toList());
  }

  /**
   * What the whole reader refuses because of its form, the selecting one refuses or passes over.
   */
  @Property(tries = 2_000)
  void shouldSelectOrRefuseWhateverIsChanged(
      @ForAll @IntRange(max = 1_000) int where, @ForAll byte to) {
    byte[] changed = BODY.clone();
    changed[where % changed.length] = to;

    try {
      assertThat(CompactedReader.select(changed, code("8867-4")).parts())
          .allSatisfy(part -> assertThat(part.readings()).isNotEmpty());
    } catch (MalformedBlockException refused) {
      assertThat(refused).hasMessageNotContaining("62");
    }
  }

  private static Wanted code(String wanted) {
    return new Wanted() {
      @Override
      public boolean wants(String code, long timeMillis) {
        return mayWant(code);
      }

      @Override
      public boolean mayWant(String code) {
        return code.equals(wanted);
      }
    };
  }

  @Test
  void shouldDeflateOnlyWhereThatIsShorter() {
    assertThat(MINUTE.encode()).hasSizeLessThan(60).startsWith(1, 1);
    CompactedBlock one =
        new CompactedBlock(
            1, Optional.empty(), List.of(new Member(0, 1, 2, 3, false, List.of(heart(4, "5")))));
    assertThat(one.encode()).startsWith(1, 0);
    assertThat(CompactedBlock.decode(one.encode())).isEqualTo(one);
  }

  @Test
  void shouldGiveEachMemberBackAsTheBlockThatItWas() {
    Member skewed = TWO.members().getLast();
    assertThat(TWO.block(skewed).encode())
        .isEqualTo(new VitalBlock(true, skewed.readings(), TWO.worn()).encode());
  }

  @Property(tries = 300)
  void shouldReadWhateverItWrites(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    CompactedBlock block = any(new Random(seed), size);
    assertThat(CompactedBlock.decode(block.encode())).isEqualTo(block);
  }

  /** Cut short, continued or changed: another block or a named error, and never anything else. */
  @Property(tries = 300)
  void shouldRefuseOtherBytesByName(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 400) int at) {
    Random random = new Random(seed);
    byte[] bytes = any(random, 5).encode();
    byte[] other =
        switch (random.nextInt(3)) {
          case 0 -> Arrays.copyOf(bytes, Math.min(at, bytes.length - 1));
          case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + at);
          default -> {
            byte[] changed = bytes.clone();
            changed[at % bytes.length] ^= (byte) (1 + random.nextInt(255));
            yield changed;
          }
        };
    decoded(other).ifPresent(block -> assertThat(block.members()).isNotEmpty());
  }

  /** Empty where it is refused by name; whatever else goes wrong is not caught. */
  private static Optional<CompactedBlock> decoded(byte[] bytes) {
    try {
      return Optional.of(CompactedBlock.decode(bytes));
    } catch (MalformedBlockException malformed) {
      return Optional.empty();
    }
  }

  @Test
  void shouldNotBeMadeToHoldMoreThanABlockMayHave() {
    byte[] huge = new byte[] {1, 1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0};
    assertThatExceptionOfType(MalformedBlockException.class)
        .isThrownBy(() -> CompactedBlock.decode(huge));
  }

  private static CompactedBlock any(Random random, int size) {
    boolean worn = random.nextBoolean();
    List<Member> members = new ArrayList<>();
    long offset = random.nextInt(1_000);
    for (int i = 0; i < size; i++) {
      offset += 1 + random.nextInt(20);
      List<Reading> readings = new ArrayList<>();
      for (int left = 1 + random.nextInt(6); left > 0; left--) {
        readings.add(reading(random));
      }
      members.add(
          new Member(
              offset,
              random.nextLong() >>> 8,
              random.nextLong() >>> 8,
              random.nextInt(100),
              random.nextInt(10) == 0,
              readings));
    }
    return new CompactedBlock(
        worn ? 2 : 1,
        worn ? Optional.of(new Worn(UUID.randomUUID(), random.nextInt(9))) : Optional.empty(),
        members);
  }

  private static Reading reading(Random random) {
    long time = TIME + random.nextInt(10_000_000);
    return switch (random.nextInt(4)) {
      case 0 -> heart(time, "" + random.nextInt(200));
      case 1 -> new Quantity(VitalSign.OXYGEN_SATURATION, time, decimal(random));
      case 2 ->
          new BloodPressure(
              time,
              decimal(random),
              random.nextBoolean() ? decimal(random) : null,
              random.nextBoolean() ? decimal(random) : null);
      default -> new Quantity(VitalSign.BODY_TEMPERATURE, time, decimal(random).negate());
    };
  }

  private static BigDecimal decimal(Random random) {
    return random.nextInt(20) == 0
        ? new BigDecimal(new BigInteger(110, random), random.nextInt(30))
        : BigDecimal.valueOf(random.nextInt(2_000), random.nextInt(3));
  }

  private static Reading heart(long time, String value) {
    return new Quantity(VitalSign.HEART_RATE, time, new BigDecimal(value));
  }
}
