package io.pulsewarden.logverifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The receipt of docs/formats/receipt.md. */
class LogProofTest {

  private static final byte[] ENTRY = "two".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private String golden = "";
  private String keyText = "";

  @BeforeEach
  void readPages() throws Exception {
    Path formats = Path.of(System.getProperty("pulsewarden.root", ".."), "docs/formats");
    String page = Files.readString(formats.resolve("receipt.md"));
    golden = lastBlock(page);
    keyText = lastBlock(Files.readString(formats.resolve("checkpoint.md"))).strip();
  }

  private static String lastBlock(String page) {
    int end = page.lastIndexOf("```");
    return page.substring(page.lastIndexOf("```\n", end - 1) + 4, end);
  }

  @Test
  void shouldFindTheGoldenReceiptGood() throws Exception {
    LogProof proof = parse(golden);

    Checkpoint checkpoint = proof.verify(ENTRY, key(), List.of(), 0);

    assertThat(proof.index()).isEqualTo(1);
    assertThat(checkpoint.size()).isEqualTo(3);
    assertThat(checkpoint.origin()).isEqualTo("pulsewarden.local/audit");
  }

  @Test
  void shouldFindAnyChangeOfIt() {
    byte[] good = golden.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < good.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> LogProof.parse(bad).verify(ENTRY, key(), List.of(), 0))
            .as("bit %d of byte %d", bit, at)
            .isInstanceOf(BadLogException.class);
      }
    }
  }

  @Test
  void shouldFindItCutAnywhere() {
    byte[] good = golden.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> LogProof.parse(cut).verify(ENTRY, key(), List.of(), 0))
          .as("cut to %d", length)
          .isInstanceOf(BadLogException.class);
    }
  }

  @Test
  void shouldNotTakeAnotherEntryOrAnotherLogsKey() throws Exception {
    assertThatThrownBy(
            () ->
                parse(golden).verify("three".getBytes(StandardCharsets.UTF_8), key(), List.of(), 0))
        .hasMessageContaining("does not lead");
    assertThatThrownBy(() -> parse(golden).verify(ENTRY, new TestLog().key(), List.of(), 0))
        .isInstanceOf(BadLogException.class);
  }

  @Test
  void shouldPassOverWhatNobodySigned() throws Exception {
    String extra = golden.replace("\nindex", "\nextra aGVsbG8=\nindex");

    assertThat(parse(extra).verify(ENTRY, key(), List.of(), 0).size()).isEqualTo(3);
  }

  @Test
  void shouldWantAsManyWitnessesAsItsReader() throws Exception {
    Witness witness =
        Witness.open("w.example/one", folder.resolve("w"), List.of(key()), Clock.systemUTC());
    String note = golden.substring(golden.indexOf("\n\n") + 2);
    String line =
        witness.addCheckpoint(("old 0\n\n" + note).getBytes(StandardCharsets.UTF_8)).body();
    List<VerifierKey> witnesses = List.of(VerifierKey.parseWitness(witness.verifierKey()));

    assertThatThrownBy(() -> parse(golden).verify(ENTRY, key(), witnesses, 1))
        .hasMessageContaining("cosigned by 0");
    assertThat(parse(golden + line).verify(ENTRY, key(), witnesses, 1).size()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v2\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nextra aGVsbG8=\n\n",
        "c2sp.org/tlog-proof@v1\nextra ?\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\naGVsbG8=\n\n"
      })
  void shouldRefuseWhatIsNoReceipt(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(BadLogException.class);
  }

  private static LogProof parse(String text) throws BadLogException {
    return LogProof.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private VerifierKey key() {
    return VerifierKey.parse(keyText);
  }
}
