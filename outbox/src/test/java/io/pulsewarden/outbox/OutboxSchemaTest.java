package io.pulsewarden.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A copy in each service's migration, and this to hold the copies equal. */
class OutboxSchemaTest {

  @Test
  void shouldBeTheSameInEachService() throws Exception {
    String[] tables = statements(resource()).split("(?<=;)\n");

    assertThat(tables).hasSize(2);
    for (Path migration : migrations()) {
      String sql = Files.readString(migration);
      if (sql.contains("CREATE TABLE outbox")) {
        assertThat(statements(sql)).as("%s", migration).contains(tables);
      }
    }
  }

  private static String resource() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(OutboxSchemaTest.class.getResourceAsStream("/outbox.sql"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<Path> migrations() throws IOException {
    Path root = Path.of(System.getProperty("pulsewarden.root", ".."));
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src/main/resources/db/migration"))
          .filter(Files::isDirectory)
          .flatMap(OutboxSchemaTest::files)
          .toList();
    }
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  /** Without comments and layout. */
  private static String statements(String sql) {
    return sql.lines()
        .map(line -> line.replaceAll("--.*", "").strip().replaceAll("\\s+", " "))
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
