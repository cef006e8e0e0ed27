package io.pulsewarden.keys.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WrapContextTest {

  private static final UUID ORGANISATION = UUID.fromString("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
  private static final UUID PATIENT = UUID.fromString("01234567-89ab-4def-8123-456789abcdef");
  private static final Subject SUBJECT = new Subject(ORGANISATION, SubjectKind.PATIENT, PATIENT);

  @Test
  void shouldEncodeTheGoldenAssociatedData() {
    UUID key = UUID.fromString("11111111-2222-4333-8444-555555555555");
    assertThat(HexFormat.of().formatHex(WrapContext.associated(SUBJECT, key, 1).toByteArray()))
        .isEqualTo(
            "70756c736577617264656e2d7375626a6563742d6b65792d7631"
                + "0010aaaaaaaabbbb4ccc8dddeeeeeeeeeeee"
                + "000770617469656e74"
                + "00100123456789ab4def8123456789abcdef"
                + "001011111111222243338444555555555555"
                + "00000001");
  }

  @Test
  void shouldSpreadSubjectsOverTheSixteenShardsAndAlwaysAlike() {
    assertThat(WrapContext.kek(SUBJECT)).isEqualTo(WrapContext.kek(SUBJECT));
    assertThat(
            IntStream.range(0, 1000)
                .map(
                    i ->
                        WrapContext.kek(
                                new Subject(ORGANISATION, SubjectKind.DEVICE, new UUID(1, i)))
                            .shard())
                .distinct()
                .count())
        .isEqualTo(16);
  }
}
