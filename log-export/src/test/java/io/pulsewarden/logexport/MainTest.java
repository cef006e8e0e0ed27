package io.pulsewarden.logexport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

  private static final String TO = "s3://" + S3StandIn.BUCKET + "/log";

  @TempDir private Path folder;
  private final SmallLog log = new SmallLog();
  private final S3StandIn server = S3StandIn.start(true);
  private final StringWriter printed = new StringWriter();

  MainTest() throws Exception {}

  @BeforeEach
  void writeLog() throws Exception {
    for (Map.Entry<String, byte[]> file : log.files(SmallLog.entries("entry", 300)).entrySet()) {
      Path path = folder.resolve("tree").resolve(file.getKey());
      Files.createDirectories(path.resolveSibling("."));
      Files.write(path, file.getValue());
    }
    // As the environment does; the SDK looks here first.
    System.setProperty("aws.accessKeyId", S3StandIn.KEY_ID);
    System.setProperty("aws.secretAccessKey", S3StandIn.SECRET);
  }

  @AfterEach
  void stop() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    server.close();
  }

  @Test
  void shouldCopyAFolderIntoALockedBucket() {
    assertThat(run(TO)).isZero();

    assertThat(printed.toString()).contains("copied   300 entries").doesNotContain("note");
    assertThat(server.versions("log/checkpoint").getLast().mode()).isEqualTo("COMPLIANCE");
    assertThat(printed.toString()).doesNotContain(S3StandIn.SECRET, S3StandIn.KEY_ID);
  }

  @Test
  void shouldSayThatAnUnlockedCopyCanBeChanged() {
    assertThat(run(TO, "--lock", "none")).isZero();

    assertThat(printed.toString()).contains("note     without a lock");
    assertThat(server.versions("log/checkpoint").getLast().mode()).isNull();
  }

  @Test
  void shouldSayWhereALogIsWrong() throws IOException {
    Path bundle = folder.resolve("tree/tile/entries/001.p/44");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[5] ^= 1;
    Files.write(bundle, bytes);

    assertThat(run(TO)).isEqualTo(1);
    assertThat(printed.toString()).contains("WRONG    entry 256: ");
  }

  @Test
  void shouldSayThatItCouldNotCopy() {
    assertThat(run("s3://another-bucket")).isEqualTo(2);
    assertThat(run("s3://Not_A_Bucket")).isEqualTo(2);
    assertThat(run("/a/folder")).isEqualTo(2);
    assertThat(run(TO, "--retain-days", "0")).isEqualTo(2);
    assertThat(run(TO, "--endpoint", "http://10.0.0.1:9000")).isEqualTo(2);
    System.setProperty("aws.secretAccessKey", "hush-hush");
    assertThat(run(TO)).isEqualTo(2);
    assertThat(printed.toString())
        .contains("NoSuchBucket", "s3://BUCKET", "https", "SignatureDoesNotMatch")
        .doesNotContain("hush-hush");
    assertThat(server.puts()).isEmpty();
  }

  private int run(String to, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of(folder.resolve("tree").toString(), "--to", to));
    try {
      arguments.addAll(List.of("--key", log.keyText(), "--region", "us-east-1"));
    } catch (java.security.GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
    arguments.addAll(List.of(more));
    if (!arguments.contains("--endpoint")) {
      arguments.addAll(List.of("--endpoint", server.endpoint().toString()));
    }
    return Main.commandLine()
        .setOut(new PrintWriter(printed, true))
        .execute(arguments.toArray(String[]::new));
  }
}
