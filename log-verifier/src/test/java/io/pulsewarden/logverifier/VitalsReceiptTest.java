package io.pulsewarden.logverifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The receipt of docs/formats/vitals-receipt.md, which another program has written. */
class VitalsReceiptTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private String golden = "";
  private String keyText = "";

  @BeforeEach
  void readPages() throws Exception {
    Path formats = Path.of(System.getProperty("pulsewarden.root", ".."), "docs/formats");
    golden = lastBlock(Files.readString(formats.resolve("vitals-receipt.md")));
    keyText = lastBlock(Files.readString(formats.resolve("checkpoint.md"))).strip();
  }

  private static String lastBlock(String page) {
    int end = page.lastIndexOf("```");
    return page.substring(page.lastIndexOf("```\n", end - 1) + 4, end);
  }

  @Test
  void shouldFindTheGoldenReceiptGoodAndSayWhatItProves() throws Exception {
    VitalsReceipt.Proven proven = verify(golden);

    assertThat(proven.index()).isEqualTo(1);
    assertThat(proven.checkpoint().size()).isEqualTo(3);
    assertThat(proven.readings())
        .extracting(ProvenReading::measured)
        .containsExactly("8867-4 62.8 /min", "8480-6 120 mm[Hg], 8478-0 92.5 mm[Hg]");
    assertThat(proven.readings().getFirst().time()).hasToString("2027-01-15T08:00:00Z");
  }

  @Test
  void shouldRefuseItWithAnyByteChanged() {
    byte[] good = golden.getBytes(UTF_8);
    for (int at = 0; at < good.length - 1; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertThatThrownBy(() -> VitalsReceipt.parse(bad).verify(key(), List.of(), 0))
          .as("byte %d of it", at)
          .isInstanceOf(BadLogException.class);
    }
  }

  @Test
  void shouldRefuseItCutAnywhere() {
    byte[] good = golden.strip().getBytes(UTF_8);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> VitalsReceipt.parse(cut).verify(key(), List.of(), 0))
          .as("cut to %d", length)
          .isInstanceOf(BadLogException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/format | \"pulsewarden-vitals-receipt-v2\" | format is not",
        "/device | \"00000000-0000-4000-8000-000000000009\" | device is not the one of"
            + " readings[0].record",
        "/device | \"00000000-0000-4000-8000-00000000000\" | device is no id",
        "/storedRange | 1 | storedRange is no object",
        "/storedRange/topic | \"telemetry.vitals.v2\" | storedRange.topic is not what",
        "/storedRange/partition | 4 | storedRange.partition is not what",
        "/storedRange/firstOffset | 39 | storedRange.firstOffset is not what",
        "/storedRange/lastOffset | 45 | storedRange.lastOffset is not what",
        "/storedRange/recordCount | 6 | storedRange.recordCount is not what",
        "/storedRange/auditEvent | \"01981b2c-0000-7000-8000-000000000006\" |"
            + " storedRange.auditEvent is not what",
        "/readings | [] | readings is empty",
        "/readings/1/index | 3 | readings[1].path does not lead",
        "/readings/1/index | 5 | readings[1].index is not below",
        "/readings/1/salt | \"AAAA\" | readings[1].salt is no salt",
        "/readings/0/record | \"AAAA\" | readings[0].record is no canonical record",
        "/readings/0/path | 7 | readings[0].path is no list",
        "/log | {} | log.entry is no base64",
        "/log/proof | \"\" | log.proof: ",
        "/log/entry | \"b25l\" | log.proof: the proof does not lead",
      })
  void shouldNameTheFieldThatWasChanged(String at, String value, String named) throws Exception {
    JsonNode changed = JSON.readTree(golden);
    int slash = at.lastIndexOf('/');
    JsonNode parent = changed.at(at.substring(0, slash));
    JsonNode other = JSON.readTree(value);
    String name = at.substring(slash + 1);
    ((ObjectNode) parent).set(name, other);

    assertThatThrownBy(() -> verify(JSON.writeValueAsString(changed)))
        .isInstanceOf(BadLogException.class)
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"record", "salt", "path"})
  void shouldNameTheReadingOfWhichAnyByteWasChanged(String field) throws Exception {
    for (int reading = 0; reading < 2; reading++) {
      JsonNode good = JSON.readTree(golden).at("/readings/" + reading);
      int hashes = field.equals("path") ? good.get("path").size() : 1;
      for (int hash = 0; hash < hashes; hash++) {
        String text =
            (field.equals("path") ? good.get("path").get(hash) : good.get(field)).asText();
        byte[] bytes = Base64.getDecoder().decode(text);
        for (int at = 0; at < bytes.length; at++) {
          byte[] bad = bytes.clone();
          bad[at] ^= 0x10;
          JsonNode changed = JSON.readTree(golden);
          ObjectNode inIt = (ObjectNode) changed.at("/readings/" + reading);
          TextNode value = TextNode.valueOf(Base64.getEncoder().encodeToString(bad));
          if (field.equals("path")) {
            ((ArrayNode) inIt.get("path")).set(hash, value);
          } else {
            inIt.set(field, value);
          }
          String name = "readings[" + reading + "].";
          assertThatThrownBy(() -> verify(JSON.writeValueAsString(changed)))
              .as("%s%s, byte %d", name, field, at)
              .isInstanceOf(BadLogException.class)
              .hasMessageContaining(name);
        }
      }
    }
  }

  @Test
  void shouldNotTakeAPathThatIsLongerOrShorter() throws Exception {
    JsonNode longer = JSON.readTree(golden);
    ArrayNode path = (ArrayNode) longer.at("/readings/0/path");
    path.add(path.get(0));
    JsonNode shorter = JSON.readTree(golden);
    ((ArrayNode) shorter.at("/readings/0/path")).remove(2);

    assertThatThrownBy(() -> verify(longer.toString())).hasMessageContaining("readings[0].path");
    assertThatThrownBy(() -> verify(shorter.toString())).hasMessageContaining("readings[0].path");
  }

  @Test
  void shouldNotTakeARootThatTheLogDoesNotHave() throws Exception {
    JsonNode changed = JSON.readTree(golden);
    ((ObjectNode) changed.at("/storedRange")).put("merkleRoot", "ab".repeat(32));

    assertThatThrownBy(() -> verify(changed.toString()))
        .hasMessageContaining("storedRange.merkleRoot is not what the log's entry says");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{\"format\":\"pulsewarden-vitals-receipt-v1\"",
        "{\"format\":\"x\",\"format\":\"x\"}",
        "{\"more\":1}",
        "{\"format\":1.5}",
        "{\"format\":true}",
        "{\"format\":null}",
        "{\"format\":01}",
        "{\"format\":-1}",
        "{\"format\":\"\\u00g0\"}",
        "{\"format\":\"\\x\"}",
        "{\"format\":1234567890123456789}",
        "[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]"
      })
  void shouldRefuseWhatIsNoReceipt(String text) {
    assertThatThrownBy(() -> verify(text)).isInstanceOf(BadLogException.class);
    assertThatThrownBy(() -> verify(golden + text + "x")).isInstanceOf(BadLogException.class);
  }

  @Test
  void shouldBeCheckedFromTheCommandLine() throws Exception {
    Path file = Files.writeString(folder.resolve("good.json"), golden);
    Path bad =
        Files.writeString(
            folder.resolve("bad.json"), golden.replace("\"index\": 2", "\"index\": 3"));
    ObjectNode half = (ObjectNode) JSON.readTree(golden);
    half.remove("log");
    Path incomplete = Files.writeString(folder.resolve("half.json"), half.toString());

    assertThat(run(file)).startsWith("0").contains("8867-4 62.8 /min", "GOOD");
    assertThat(run(bad)).startsWith("1").contains("WRONG: readings[1].path");
    assertThat(run(incomplete)).startsWith("2").contains("lacks the log's part");
  }

  private String run(Path file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exit =
        Main.run(
            List.of("verify-receipt", file.toString(), "--key", keyText),
            new PrintStream(out, true, UTF_8));
    return exit + " " + out.toString(UTF_8);
  }

  private VitalsReceipt.Proven verify(String text) throws BadLogException {
    return VitalsReceipt.parse(text.getBytes(UTF_8)).verify(key(), List.of(), 0);
  }

  private VerifierKey key() {
    return VerifierKey.parse(keyText);
  }
}
