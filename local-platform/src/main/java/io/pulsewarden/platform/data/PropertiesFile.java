package io.pulsewarden.platform.data;

import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Small 0600 properties files that are replaced as a whole. */
public final class PropertiesFile {

  private PropertiesFile() {}

  /** Empty if there is no such file. */
  public static Map<String, String> read(Path file) throws IOException {
    Map<String, String> values = new TreeMap<>();
    if (!Files.exists(file)) {
      return values;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    properties.stringPropertyNames().forEach(name -> values.put(name, value(properties, name)));
    return values;
  }

  /** Keys and values of letters, digits and plain punctuation, without line breaks. */
  public static void write(Path file, Map<String, String> values) throws IOException {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) ->
            text.append(name).append('=').append(value.replace("\\", "\\\\")).append('\n'));
    PrivateFiles.replace(file, text.toString());
  }

  private static String value(Properties properties, String name) {
    return properties.getProperty(name, "");
  }
}
