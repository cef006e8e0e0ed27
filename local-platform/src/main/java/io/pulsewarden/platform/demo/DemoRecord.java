package io.pulsewarden.platform.demo;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.PropertiesFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What was seeded so far, by id, so that a seeding which was cut off goes on where it was. No name
 * is in it.
 */
public final class DemoRecord {

  private final Path file;
  private final Map<String, String> values;

  private DemoRecord(Path file, Map<String, String> values) {
    this.file = file;
    this.values = values;
  }

  /** That of a folder; empty if nothing was seeded. */
  public static DemoRecord read(DataFolder data) throws IOException {
    Path file = data.root().resolve("demo.properties");
    return new DemoRecord(file, PropertiesFile.read(file));
  }

  /** A device to try the commands with. */
  public Optional<String> firstDevice() {
    return get("device." + DemoPatient.AMARA.name());
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Written before it returns: a crash after it does not lead to a second one. */
  void put(String key, String value) throws IOException {
    values.put(key, value);
    PropertiesFile.write(file, values);
  }
}
